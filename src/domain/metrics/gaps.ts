import type { Series } from '../chart.ts';

/** A pause so many times the usual one is a gap. */
const GAP = 2.5;

/**
 * Leaves out the empty points that are due to a source which reports less often than there are buckets. What is left
 * empty is a gap: nothing came where something should have.
 */
export function withoutShortGaps(points: Series['points']): Series['points'] {
  const filled = points.flatMap(([, value], index) => (value === null ? [] : [index]));
  const pauses = filled.slice(1).map((index, at) => index - (filled[at] ?? 0));
  const usual = pauses.toSorted((a, b) => a - b)[Math.floor(pauses.length / 2)] ?? 1;
  const kept = new Set(filled);
  const edges = [-1, ...filled, points.length];
  for (const [at, index] of edges.entries()) {
    const next = edges[at + 1];
    if (next !== undefined && next - index > usual * GAP) for (let empty = index + 1; empty < next; empty += 1) kept.add(empty);
  }
  return points.filter((_, index) => kept.has(index));
}
