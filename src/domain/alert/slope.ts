/** A moment (ms) and what was measured then. */
export type Point = readonly [at: number, value: number];

/** By least squares, per millisecond; times count from `at`, so that they stay small. */
export function slopeOf(points: readonly Point[], at: number): number {
  const count = points.length;
  const meanTime = points.reduce((total, [time]) => total + (time - at), 0) / count;
  const meanValue = points.reduce((total, [, value]) => total + value, 0) / count;
  const shared = points.reduce((total, [time, value]) => total + (time - at - meanTime) * (value - meanValue), 0);
  const spread = points.reduce((total, [time]) => total + (time - at - meanTime) ** 2, 0);
  return spread === 0 ? 0 : shared / spread;
}
