import { describe, expect, it } from 'vitest';
import { chart, NOON, panel, series } from './charts.ts';
import { chartsSchema } from '#messages/chart/chart-data.ts';
import { toJsonObject } from '#kernel/json.ts';

const HOUR_MS = 3_600_000;

describe('the values of a chart', () => {
  it('are written in the language and the unit', () => {
    const labels = (change: Parameters<typeof panel>[0], language: 'en' | 'fr') =>
      panel(change, language).values.ticks.map(({ label }) => label);
    const bytes = { unit: 'bytes', series: [series('eth0', [0, 3.5e9])] } as const;
    expect(labels(bytes, 'en')).toEqual(['0 B', '1 GB', '2 GB', '3 GB', '4 GB'].map((text) => text.replace(' ', '\u00a0')));
    expect(labels(bytes, 'fr').at(-1)).toBe('4\u00a0Go');
    const rate = { unit: 'per_second', series: [series('http', [0, 1.4])] } as const;
    expect(labels(rate, 'fr')).toEqual(['0/s', '0,5/s', '1/s', '1,5/s']);
    expect(labels({ unit: 'milliseconds', series: [series('web', [0, 90])] }, 'en').at(-1)).toBe('100\u00a0ms');
  });

  it('leave room for the threshold, which is written beside its line', () => {
    const { values, threshold } = panel({ threshold: 0.85 }, 'fr');
    expect(values.max).toBe(1);
    expect(threshold).toEqual({ value: 0.85, label: 'seuil 85\u00a0%' });
  });

  it('never go above 100 % for a share that is full', () => {
    expect(panel({ series: [series('disk', [0.97, 1])] }).values).toMatchObject({ min: 0, max: 1 });
  });

  it('count whole things in whole steps', () => {
    expect(panel({ unit: 'count', series: [series('tasks', [0, 2])] }).values.ticks.map(({ value }) => value)).toEqual([0, 1, 2, 3]);
  });

  it('stand away from the edge when all of them are equal', () => {
    const { min, max } = panel({ unit: 'none', series: [series('temperature', [41, 41])] }).values;
    expect(min).toBeLessThanOrEqual(41);
    expect(max).toBeGreaterThan(41);
  });
});

describe('the times of a chart', () => {
  const times = (from: string, to: string, language: 'en' | 'fr' = 'en', timezone = 'Europe/Paris') =>
    panel({ from: Date.parse(from), to: Date.parse(to) }, language, timezone).time.ticks.map(({ label, under }) =>
      `${label} ${under}`.trim(),
    );

  it('are those of the zone, with the day at the first', () => {
    expect(times('2026-11-24T05:10:00Z', '2026-11-24T11:10:00Z', 'fr')).toEqual([
      '7\u00a0h 24 nov.',
      '8\u00a0h',
      '9\u00a0h',
      '10\u00a0h',
      '11\u00a0h',
      '12\u00a0h',
    ]);
    expect(times('2026-11-24T05:10:00Z', '2026-11-24T11:10:00Z', 'en', 'America/New_York')[0]).toBe('01:00 24 Nov');
  });

  it('show where the day changes', () => {
    expect(times('2026-11-23T11:30:00Z', '2026-11-24T11:30:00Z')).toEqual([
      '16:00 23 Nov',
      '20:00',
      '00:00 24 Nov',
      '04:00',
      '08:00',
      '12:00',
    ]);
  });

  it('are days with their month over a week', () => {
    expect(times('2026-11-27T12:00:00Z', '2026-12-03T12:00:00Z', 'fr')).toEqual(['28 nov.', '29', '30', '1 déc.', '2', '3']);
  });

  it('stay round when the clocks go forward', () => {
    expect(times('2026-03-28T23:30:00Z', '2026-03-29T05:30:00Z')).toEqual(['01:00 29 Mar', '03:00', '04:00', '05:00', '06:00', '07:00']);
  });

  it('tell both hours when the clocks go back', () => {
    expect(times('2026-10-24T22:30:00Z', '2026-10-25T03:30:00Z')).toEqual(['01:00 25 Oct', '02:00', '02:00', '03:00', '04:00']);
  });

  it('begin a day that has no midnight with its first moment', () => {
    expect(times('2026-04-21T12:00:00Z', '2026-04-27T12:00:00Z', 'en', 'Africa/Cairo')).toContain('24');
  });

  it('reach to the end of the forecast', () => {
    const { time, lines } = panel(
      {
        forecast: {
          name: '',
          points: [
            [NOON, 0.3],
            [NOON + 5 * HOUR_MS, 0.9],
          ],
        },
      },
      'fr',
    );
    expect(time.to).toBe(NOON + 5 * HOUR_MS);
    expect(lines.at(-1)).toMatchObject({ label: 'prévision', dashed: true });
  });
});

describe('the lines of a chart', () => {
  it('keep their gaps', () => {
    expect(panel({ series: [series('pica01', [0.1, null, 0.2])] }).lines[0]?.points.map(([, value]) => value)).toEqual([0.1, null, 0.2]);
  });

  it('are eight at most, and the others are counted', () => {
    const many = Array.from({ length: 11 }, (_, index) => series(`host-${index}`, [0.1, 0.2]));
    const { lines, note } = panel({ series: many }, 'fr');
    expect([lines.length, note]).toEqual([8, 'et 3 de plus · fuseau Europe/Paris']);
  });

  it('that have no value at all are said to have none', () => {
    expect(panel({ series: [series('pica01', [null, null])] }, 'fr')).toMatchObject({ note: 'aucune donnée', values: { ticks: [] } });
  });

  it('have names without what no picture can hold', () => {
    const { title, lines } = panel({ title: 'a\u0000b\u202ec\nd', series: [series(`x${'y'.repeat(500)}`, [0.1])] });
    expect(title).toBe('abc d');
    expect(lines[0]?.label).toHaveLength(120);
  });
});

describe('a chart from the store', () => {
  it('is taken alone or with others', () => {
    const stored = toJsonObject({ one: chart(), several: [chart(), chart()] });
    expect(chartsSchema.parse(stored['one'])).toEqual([chart()]);
    expect(chartsSchema.parse(stored['several'])).toHaveLength(2);
  });

  it.each([
    {},
    [],
    'chart',
    { ...chart(), unit: 'parsecs' },
    { ...chart(), to: 0 },
    { ...chart(), series: [{ name: 'x', points: [['now', 1]] }] },
  ])('is refused when it is none: %j', (data) => {
    expect(chartsSchema.safeParse(data).success).toBe(false);
  });
});
