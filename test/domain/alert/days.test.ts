import { describe, expect, it } from 'vitest';
import { parseDays, spanOfDays } from '#domain/alert/days.ts';

/** Wednesday 2 December 2026, 15:30 in Paris. */
const NOW = Date.parse('2026-12-02T15:30:00+01:00');

describe('days as people type them', () => {
  it.each([
    ['3d', '2026-12-02T15:30:00+01:00', '2026-12-05T15:30:00+01:00'],
    ['12h', '2026-12-02T15:30:00+01:00', '2026-12-03T03:30:00+01:00'],
    ['2j', '2026-12-02T15:30:00+01:00', '2026-12-04T15:30:00+01:00'],
    ['today', '2026-12-02T00:00:00+01:00', '2026-12-03T00:00:00+01:00'],
    ['aujourd’hui', '2026-12-02T00:00:00+01:00', '2026-12-03T00:00:00+01:00'],
    ['demain', '2026-12-03T00:00:00+01:00', '2026-12-04T00:00:00+01:00'],
    ['wednesday', '2026-12-02T00:00:00+01:00', '2026-12-03T00:00:00+01:00'],
    ['Tuesday', '2026-12-08T00:00:00+01:00', '2026-12-09T00:00:00+01:00'],
    ['mardi', '2026-12-08T00:00:00+01:00', '2026-12-09T00:00:00+01:00'],
    ['2026-12-24', '2026-12-24T00:00:00+01:00', '2026-12-25T00:00:00+01:00'],
    ['2026-12-24..2026-12-26', '2026-12-24T00:00:00+01:00', '2026-12-27T00:00:00+01:00'],
    ['2027-03-28', '2027-03-28T00:00:00+01:00', '2027-03-29T00:00:00+02:00'],
  ])('%s', (text, from, to) => {
    const days = parseDays(text);
    if (days === null) throw new Error(`${text} was not understood`);
    expect(spanOfDays(days, NOW, 'Europe/Paris')).toEqual({ from: Date.parse(from), to: Date.parse(to) });
  });

  it('keeps the time of the day over a change of the clocks', () => {
    const now = Date.parse('2026-10-24T15:30:00+02:00');
    expect(spanOfDays({ kind: 'for', ms: 86_400_000 }, now, 'Europe/Paris').to).toBe(Date.parse('2026-10-25T15:30:00+01:00'));
    expect(spanOfDays({ kind: 'for', ms: 3_600_000 }, Date.parse('2026-10-25T02:30:00+02:00'), 'Europe/Paris').to).toBe(
      Date.parse('2026-10-25T02:30:00+01:00'),
    );
  });

  it.each(['', '3', '3 days', 'someday', '2026-02-30', '2026-12-26..2026-12-24', '2026-12-24..', '24/12/2026', 'constructor', '-3d', '0d'])(
    'refuses %o',
    (text) => {
      expect(parseDays(text)).toBeNull();
    },
  );
});
