/** How long an operation waits for approval; half-time brings one reminder. */
export const APPROVE_WITHIN_MS = 30 * 60_000;
/** How long an approved operation may wait to start, locks included. */
export const START_WITHIN_MS = 5 * 60_000;
/** What takes longer than this mentions its requester when it ends. */
export const MENTION_AFTER_MS = 30_000;
/** A command found later than this after it was typed is not run any more. */
export const COMMAND_FRESH_MS = 60_000;
