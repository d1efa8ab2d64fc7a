/** A moment (ms) and what was measured then. */
export type Point = readonly [at: number, value: number];

/** By least squares, per millisecond; times count from `at`, so that they stay small. */
function slopeOf(points: readonly Point[], at: number): number {
  const count = points.length;
  const meanTime = points.reduce((total, [time]) => total + (time - at), 0) / count;
  const meanValue = points.reduce((total, [, value]) => total + value, 0) / count;
  const shared = points.reduce((total, [time, value]) => total + (time - at - meanTime) * (value - meanValue), 0);
  const spread = points.reduce((total, [time]) => total + (time - at - meanTime) ** 2, 0);
  return spread === 0 ? 0 : shared / spread;
}

/** Fewer points say nothing of a direction. */
export const ENOUGH_POINTS = 3;

/** What a value must not reach, and from which side it comes. */
export interface Limit {
  readonly limit: number;
  readonly direction: 'up' | 'down';
}

/**
 * In how long (ms) a value reaches a limit, on the line through its past.
 * @param value the newest one @returns 0 where it has; null where it isn't on the way there, or too little is known
 */
export function reachedIn(points: readonly Point[], value: number, at: number, { limit, direction }: Limit): number | null {
  const sign = direction === 'up' ? 1 : -1;
  const left = sign * (limit - value);
  if (left <= 0) return 0;
  const slope = points.length < ENOUGH_POINTS ? 0 : sign * slopeOf(points, at);
  return slope > 0 ? left / slope : null;
}
