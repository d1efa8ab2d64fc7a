import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutShortGaps } from '#domain/metrics/gaps.ts';
import { bucketStarts, spanOf } from '#domain/metrics/span.ts';
import { statisticsOf } from '#domain/metrics/statistics.ts';

const points = (values: readonly (number | null)[]) => values.map((value, at) => [at, value] as const);
const value = fc.double({ min: -1e9, max: 1e9, noNaN: true });

describe('statistics', () => {
  it('are those of the points, gaps left out', () => {
    expect(statisticsOf(points([1, null, 2, 3, 4]))).toEqual({
      now: 4,
      at: 4,
      fresh: true,
      min: 1,
      mean: 2.5,
      max: 4,
      p95: 3.8499999999999996,
    });
  });

  it('tell the last value of a source that fell silent, and that it did', () => {
    expect(statisticsOf(points([1, 2, null]))).toMatchObject({ now: 2, at: 1, fresh: false });
  });

  it('are none of nothing', () => {
    expect([statisticsOf([]), statisticsOf(points([null, null]))]).toEqual([null, null]);
  });

  it('stay between the lowest and the highest', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const { min, mean, max, p95 } = statisticsOf(points(values)) ?? { min: Number.NaN, mean: 0, max: 0, p95: 0 };
        const slack = 1e-6 * Math.max(1, Math.abs(min), Math.abs(max));
        for (const each of [mean, p95]) expect(each >= min - slack && each <= max + slack).toBe(true);
      }),
    );
  });
});

describe('gaps', () => {
  it('lose no value, whatever is left out', () => {
    fc.assert(
      fc.property(fc.array(fc.option(value)), (values) => {
        const kept = withoutShortGaps(points(values));
        expect(kept.filter(([, each]) => each !== null)).toEqual(points(values).filter(([, each]) => each !== null));
      }),
    );
  });

  it('at the end are seen, once they are longer than usual', () => {
    expect(withoutShortGaps(points([1, 1, 1, null])).at(-1)?.[1]).toBe(1);
    expect(withoutShortGaps(points([1, 1, 1, null, null, null])).at(-1)?.[1]).toBeNull();
  });
});

describe('the span', () => {
  it.each([
    [5, 10],
    [29, 20],
    [60, 60],
    [360, 180],
    [1_440, 900],
    [10_080, 7_200],
    [44_640, 21_600],
  ])('of %i minutes has buckets of %i seconds', (minutes, seconds) => {
    const span = spanOf(minutes * 60_000, Date.UTC(2026, 10, 24, 9, 17, 3));
    expect(span.stepMs).toBe(seconds * 1_000);
    const starts = bucketStarts(span);
    expect(starts.length).toBeLessThanOrEqual(126);
    expect(starts[0]).toBeLessThanOrEqual(span.from);
    expect(span.to - (starts.at(-1) ?? 0)).toBeLessThan(span.stepMs);
  });
});
