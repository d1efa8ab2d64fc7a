import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIZES } from '#adapters/charts/layout.ts';
import { markLabels } from '#adapters/charts/mark-labels.ts';
import { textWidth } from '#adapters/charts/text-width.ts';
import { panel } from '#test/messages/chart/charts.ts';

const PLOT = { left: 60, top: 50, width: 350, height: 196 };
/** Labels of marks at these parts of the time. */
function labelsAt(places: readonly number[], word = 'deploy') {
  const one = panel();
  const marks = places.map((place, index) => ({
    at: one.time.from + place * (one.time.to - one.time.from),
    label: `${index + 1} ${word}`,
    short: String(index + 1),
  }));
  return markLabels({ ...one, marks }, PLOT);
}
const textsAt = (...args: Parameters<typeof labelsAt>): readonly string[] => labelsAt(...args).map(({ text }) => text);

describe('the words of marks', () => {
  it('are a number and a word where there is room', () => {
    expect(textsAt([0.1, 0.9])).toEqual(['1 deploy', '2 deploy']);
  });

  it('are the number alone where the next one is near', () => {
    expect(textsAt([0.4, 0.55])).toEqual(['1 deploy', '2']);
  });

  it('are a range where even numbers would meet', () => {
    expect(textsAt([0.4, 0.401, 0.402, 0.9])).toEqual(['1–3', '4 deploy']);
  });

  it('never lie over each other, nor leave the plot, and none is left out', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 }), (places) => {
        const labels = labelsAt(places.toSorted((a, b) => a - b));
        let right = PLOT.left - 8;
        let next = 1;
        for (const { left, text } of labels) {
          expect(left).toBeGreaterThanOrEqual(right + 8 - 1e-6);
          right = left + textWidth(text, SIZES.label);
          const [, first, last = first] = /^(\d+)(?:–(\d+))?/u.exec(text) ?? [];
          expect(Number(first)).toBe(next);
          next = Number(last) + 1;
        }
        expect(right).toBeLessThanOrEqual(PLOT.left + PLOT.width + 1e-6);
        expect(next).toBe(places.length + 1);
      }),
      { numRuns: 500 },
    );
  });
});
