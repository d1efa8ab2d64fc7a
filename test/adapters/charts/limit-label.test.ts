import { describe, expect, it } from 'vitest';
import { limitPlace } from '#adapters/charts/limit-label.ts';
import type { Panel } from '#ports/charts.ts';

const PLOT = { left: 40, top: 20, width: 380, height: 196 };
const LIMIT = { value: 0.5, label: 'limit 50%' };

/** A panel from 0 to 1 over 100 ms with one curve. */
function panel(points: Panel['lines'][number]['points']): Panel {
  return {
    title: 'x',
    time: { from: 0, to: 100, ticks: [] },
    values: { min: 0, max: 1, ticks: [{ value: 0, label: '0' }] },
    lines: [{ label: 'x', points, dashed: false }],
    threshold: LIMIT,
    note: '',
  };
}

describe('the words of a limit', () => {
  it.each([
    [
      'above it, to the left, where nothing is',
      [
        [0, 0.1],
        [100, 0.2],
      ],
      'insideStartTop',
    ],
    [
      'to the right of a curve that runs above it at first',
      [
        [0, 0.6],
        [50, 0.6],
        [60, 0.1],
        [100, 0.1],
      ],
      'insideEndTop',
    ],
    [
      'below it, where the curve is above all the time',
      [
        [0, 0.58],
        [100, 0.58],
      ],
      'insideStartBottom',
    ],
    [
      'above it, over a curve that runs just below it there',
      [
        [0, 0.44],
        [50, 0.44],
        [60, 0.57],
        [100, 0.57],
      ],
      'insideStartTop',
    ],
    [
      'around what is not measured',
      [
        [0, null],
        [100, null],
      ],
      'insideStartTop',
    ],
  ] as const)('stand %s', (_, points, place) => {
    expect(limitPlace(panel(points), LIMIT, PLOT)).toBe(place);
  });

  it('stay inside of the plot', () => {
    expect(
      limitPlace(
        panel([
          [0, 0.2],
          [100, 0.2],
        ]),
        { ...LIMIT, value: 1 },
        PLOT,
      ),
    ).toBe('insideStartBottom');
    expect(
      limitPlace(
        panel([
          [0, 0.8],
          [100, 0.8],
        ]),
        { ...LIMIT, value: 0 },
        PLOT,
      ),
    ).toBe('insideStartTop');
  });
});
