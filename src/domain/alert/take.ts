/** Somebody who took a critical alert may have fallen asleep over it: after this it is everybody's again. In milliseconds. */
export const CRITICAL_TAKEN_MS = 4 * 3_600_000;
