import type { Series } from '../chart.ts';

export type Statistics = {
  /** The latest value, when it was seen, and whether the source still reports. */
  readonly now: number;
  readonly at: number;
  readonly fresh: boolean;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly p95: number;
};

/** What a series comes to: of its points, as they are drawn. Null for one without any value. */
export function statisticsOf(points: Series['points']): Statistics | null {
  const known = points.flatMap(([at, value]) => (value === null ? [] : [{ at, value }]));
  const last = known.at(-1);
  if (last === undefined) return null;
  const sorted = known.map(({ value }) => value).toSorted((a, b) => a - b);
  return {
    now: last.value,
    at: last.at,
    fresh: points.at(-1)?.[1] !== null,
    min: sorted[0] ?? last.value,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    max: sorted.at(-1) ?? last.value,
    p95: percentile(sorted, 0.95),
  };
}

/** Between two neighbours, linearly: what Elasticsearch and spreadsheets do. */
function percentile(sorted: readonly number[], at: number): number {
  const place = (sorted.length - 1) * at;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below + (above - below) * (place - Math.floor(place));
}
