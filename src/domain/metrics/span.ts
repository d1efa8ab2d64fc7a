/** The time that is looked at, cut into equal buckets that begin at multiples of their size. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

const SECOND_MS = 1_000;
const STEPS_MS = [10, 20, 30, 60, 120, 180, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600].map((seconds) => seconds * SECOND_MS);
/** What a phone's width can show. */
const POINTS = 120;
/** Below a minute, requests come and don't by chance: only short periods are looked at so closely. */
const CLOSE_MS = 1_800_000;
const MINUTE_MS = 60 * SECOND_MS;

/** So much time until `now`, in at most 120 buckets and a begun one. */
export function spanOf(periodMs: number, now: number): Span {
  const stepMs = STEPS_MS.find((step) => periodMs / step <= POINTS && (step >= MINUTE_MS || periodMs < CLOSE_MS)) ?? 6 * 3_600 * SECOND_MS;
  return { from: now - periodMs, to: now, stepMs };
}

/** The same span so long before. */
export function earlier({ from, to, stepMs }: Span, ms: number): Span {
  return { from: from - ms, to: to - ms, stepMs };
}

/** Beginnings of the buckets, the first of which may begin before the span. */
export function bucketStarts({ from, to, stepMs }: Span): readonly number[] {
  const first = Math.floor(from / stepMs);
  return Array.from({ length: Math.floor(to / stepMs) - first + 1 }, (_, index) => (first + index) * stepMs);
}
