import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallTime } from '#kernel/zoned-time.ts';
import { latest, next } from '#domain/schedule/moments.ts';
import type { Schedule } from '#domain/schedule/schedule.ts';

const PARIS = 'Europe/Paris';
const at = (iso: string): number => Date.parse(iso);
const daily = (minute: number, weekdays: readonly number[] = [], timezone = PARIS): Schedule => ({
  kind: 'at',
  minute,
  weekdays,
  timezone,
});
const every = (ms: number, offsetMs = 0): Schedule => ({ kind: 'every', ms, offsetMs });
const HOUR_MS = 3_600_000;

describe('once a day', () => {
  it.each([
    ['in winter', '2026-01-05T00:00:00Z', '2026-01-05T02:00:00Z'],
    ['in summer', '2026-07-06T00:00:00Z', '2026-07-06T01:00:00Z'],
    ['right at that time: the next day', '2026-07-06T01:00:00Z', '2026-07-07T01:00:00Z'],
    ['over the change to summer time', '2026-03-28T02:00:00Z', '2026-03-29T01:00:00Z'],
    ['over the change to winter time', '2026-10-24T01:00:00Z', '2026-10-25T02:00:00Z'],
  ])('at 03:00 in Paris, %s', (_when, now, expected) => {
    expect(next(daily(180), at(now))).toBe(at(expected));
  });

  it('is due as soon as the clocks have skipped its time', () => {
    // 02:30 is never shown on that day: clocks go from 02:00 to 03:00, at 01:00 UTC.
    expect(next(daily(150), at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
    expect(latest(daily(150), at('2026-03-29T00:59:59Z'))).toBe(at('2026-03-28T01:30:00Z'));
    expect(latest(daily(150), at('2026-03-29T01:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
  });

  it('is due the first time only when the clocks show it twice', () => {
    const first = at('2026-10-25T00:30:00Z');
    expect(next(daily(150), first - 1)).toBe(first);
    expect(next(daily(150), first)).toBe(at('2026-10-26T01:30:00Z'));
    expect(latest(daily(150), at('2026-10-25T01:30:00Z'))).toBe(first);
  });

  it('keeps to its weekdays', () => {
    // 2026-11-28 is a Saturday.
    expect(next(daily(300, [0]), at('2026-11-28T12:00:00Z'))).toBe(at('2026-11-29T04:00:00Z'));
    expect(next(daily(300, [1, 3]), at('2026-11-30T04:00:00Z'))).toBe(at('2026-12-02T04:00:00Z'));
    expect(latest(daily(300, [6]), at('2026-11-28T03:59:59Z'))).toBe(at('2026-11-21T04:00:00Z'));
  });

  it('is never lost where a zone skips a whole day', () => {
    // Samoa had no 30 December 2011.
    const moments: number[] = [];
    for (let now = at('2011-12-27T00:00:00Z'); moments.length < 5; now = moments.at(-1) ?? now)
      moments.push(next(daily(600, [], 'Pacific/Apia'), now));
    expect(moments.map((moment) => new Date(wallTime(moment, 'Pacific/Apia')).toISOString())).toEqual([
      '2011-12-27T10:00:00.000Z',
      '2011-12-28T10:00:00.000Z',
      '2011-12-29T10:00:00.000Z',
      '2011-12-31T00:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });
});

describe('every so often', () => {
  it('is due at whole multiples in UTC, whatever the local clocks do', () => {
    expect(next(every(6 * HOUR_MS), at('2026-10-25T00:30:00Z'))).toBe(at('2026-10-25T06:00:00Z'));
    expect(next(every(6 * HOUR_MS), at('2026-10-25T06:00:00Z'))).toBe(at('2026-10-25T12:00:00Z'));
  });

  it('may be moved', () => {
    expect(next(every(6 * HOUR_MS, HOUR_MS / 2), at('2026-10-25T06:00:00Z'))).toBe(at('2026-10-25T06:30:00Z'));
    expect(latest(every(6 * HOUR_MS, HOUR_MS / 2), at('2026-10-25T06:00:00Z'))).toBe(at('2026-10-25T00:30:00Z'));
  });
});

describe('any schedule', () => {
  const schedules = fc.oneof(
    fc.record({
      kind: fc.constant('at' as const),
      minute: fc.nat(1_439),
      weekdays: fc.uniqueArray(fc.nat(6)),
      timezone: fc.constantFrom(PARIS, 'America/New_York', 'Australia/Lord_Howe', 'UTC', 'America/Havana'),
    }),
    fc.record({ kind: fc.constant('every' as const), ms: fc.integer({ min: 300_000, max: 86_400_000 }), offsetMs: fc.nat(300_000) }),
  );
  const moments = fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });

  it('has no moment between the last and the next', () => {
    fc.assert(
      fc.property(schedules, moments, (schedule, now) => {
        const [before, after] = [latest(schedule, now), next(schedule, now)];
        expect(before).toBeLessThanOrEqual(now);
        expect(after).toBeGreaterThan(now);
        expect(next(schedule, before)).toBe(after);
        expect(latest(schedule, after - 1)).toBe(before);
      }),
    );
  });
});
