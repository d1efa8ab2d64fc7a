import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallTime } from '#kernel/zoned-time.ts';
import { due } from '#domain/schedule/due.ts';
import type { Schedule } from '#domain/schedule/schedule.ts';
import { MemoryLedger } from './ledger.ts';

const PARIS = 'Europe/Paris';
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const at = (iso: string): number => Date.parse(iso);
const SIX_HOURS: Schedule = { kind: 'every', ms: 6 * HOUR_MS, offsetMs: 0 };
const AT_THREE: Schedule = { kind: 'at', minute: 180, weekdays: [], timezone: PARIS };
const since = at('2026-11-01T00:00:00Z');

describe('due', () => {
  const last = at('2026-11-28T00:00:00Z');
  const at6 = at('2026-11-28T06:00:00Z');

  it('has nothing before its time, and the occurrence at its time', () => {
    expect(due(SIX_HOURS, { since, last, running: false }, at6 - 1)).toEqual({ run: null, skipped: [] });
    expect(due(SIX_HOURS, { since, last, running: false }, at6)).toEqual({ run: at6, skipped: [] });
  });

  it('runs one for all that were missed', () => {
    const later = at('2026-11-28T18:10:00Z');
    expect(due(SIX_HOURS, { since, last, running: false }, later)).toEqual({
      run: at('2026-11-28T18:00:00Z'),
      skipped: [
        { dueAt: at6, because: 'made-up' },
        { dueAt: at('2026-11-28T12:00:00Z'), because: 'made-up' },
      ],
    });
  });

  it('leaves it to the next one when that is near', () => {
    expect(due(SIX_HOURS, { since, last, running: false }, at('2026-11-28T11:24:00Z')).run).toBe(at6);
    expect(due(SIX_HOURS, { since, last, running: false }, at('2026-11-28T11:25:00Z'))).toEqual({
      run: null,
      skipped: [{ dueAt: at6, because: 'late' }],
    });
  });

  it('never begins while the one before still runs', () => {
    expect(due(SIX_HOURS, { since, last, running: true }, at6)).toEqual({ run: null, skipped: [{ dueAt: at6, because: 'running' }] });
  });

  it('owes nothing of the time before the job was there', () => {
    const born = at('2026-11-28T04:00:00Z');
    expect(due(SIX_HOURS, { since: born, last: null, running: false }, born)).toEqual({ run: null, skipped: [] });
    expect(due(SIX_HOURS, { since: born, last: null, running: false }, at6).run).toBe(at6);
  });

  it('enters at most a hundred after a year away', () => {
    expect(due(SIX_HOURS, { since, last, running: false }, at('2027-11-28T00:10:00Z')).skipped).toHaveLength(100);
  });

  it('runs at 03:00 on the wall on both days on which the clocks change', () => {
    const ledger = new MemoryLedger(AT_THREE, at('2026-03-27T12:00:00Z'));
    for (let now = at('2026-03-27T12:00:00Z'); now < at('2026-03-31T00:00:00Z'); now += 5 * MINUTE_MS) ledger.look(now);
    for (let now = at('2026-10-23T12:00:00Z'); now < at('2026-10-27T00:00:00Z'); now += 5 * MINUTE_MS) ledger.look(now);
    expect(ledger.ran.map((each) => new Date(wallTime(each, PARIS)).toISOString().slice(5, 16))).toEqual([
      '03-28T03:00',
      '03-29T03:00',
      '03-30T03:00',
      // Away for half a year: one for all that were missed.
      '10-23T03:00',
      '10-24T03:00',
      '10-25T03:00',
      '10-26T03:00',
    ]);
  });
});

/** Two years, with four changes of the clocks. */
const BEGIN = at('2026-01-01T00:00:00Z');
const END = at('2028-01-01T00:00:00Z');

/** Every moment at which a job is due in these years, found the simple way: minute after minute, by what the wall shows. */
function calendar(schedule: Schedule): readonly number[] {
  const found: number[] = [];
  if (schedule.kind === 'every') {
    for (let moment = BEGIN; moment < END + 30 * DAY_MS; moment += MINUTE_MS)
      if ((moment - schedule.offsetMs) % schedule.ms === 0) found.push(moment);
    return found;
  }
  let done = '';
  for (let moment = BEGIN - DAY_MS; moment < END + 30 * DAY_MS; moment += 15 * MINUTE_MS) {
    const wall = new Date(wallTime(moment, schedule.timezone));
    const day = wall.toISOString().slice(0, 10);
    const minute = wall.getUTCHours() * 60 + wall.getUTCMinutes();
    // The first quarter of an hour of that date that is as late as wanted: whatever was skipped or is shown again.
    if (day === done || minute < schedule.minute) continue;
    done = day;
    if (moment >= BEGIN && (schedule.weekdays.length === 0 || schedule.weekdays.includes(wall.getUTCDay()))) found.push(moment);
  }
  return found;
}

const CALENDARS = (
  [
    SIX_HOURS,
    { kind: 'every', ms: 4 * HOUR_MS, offsetMs: 20 * MINUTE_MS },
    AT_THREE,
    { kind: 'at', minute: 150, weekdays: [], timezone: PARIS },
    { kind: 'at', minute: 120, weekdays: [0], timezone: PARIS },
    { kind: 'at', minute: 1_425, weekdays: [1, 4], timezone: PARIS },
  ] as const satisfies readonly Schedule[]
).map((schedule) => ({ schedule, moments: calendar(schedule) }));

/** A time in which vigie runs, as its own clock has it. A gap before it is an absence or a clock that was set on; below zero: set back. */
const stretch = fc.record({
  gapMs: fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 30 * HOUR_MS }) },
    { weight: 2, arbitrary: fc.integer({ min: -30 * HOUR_MS, max: -1 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * DAY_MS }) },
  ),
  lengthMs: fc.integer({ min: 1, max: 60 * DAY_MS }),
  /** How long each run takes. */
  runMs: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 8 * HOUR_MS }) }),
});

describe.each(CALENDARS)('over two years in Paris: $schedule', ({ schedule, moments }) => {
  const during = (from: number, to: number): readonly number[] => moments.slice(after(from), after(to));
  /** Index of the first moment after this one. */
  const after = (moment: number): number => {
    const found = moments.findIndex((each) => each > moment);
    return found < 0 ? moments.length : found;
  };

  it('runs each occurrence once when vigie is there all the time', () => {
    const ledger = new MemoryLedger(schedule, BEGIN);
    for (const moment of during(BEGIN, END)) {
      ledger.look(moment - 1);
      ledger.look(moment + 30_000);
      ledger.look(moment + 90_000);
    }
    expect(ledger.ran).toEqual(during(BEGIN, END));
  });

  it('runs nothing twice, at most one after an absence, and loses none', () => {
    fc.assert(
      fc.property(fc.array(stretch, { minLength: 1, maxLength: 20 }), (stretches) => {
        const ledger = new MemoryLedger(schedule, BEGIN);
        let clock = BEGIN;
        let furthest = BEGIN;
        let wasSetBack = false;
        for (const { gapMs, lengthMs, runMs } of stretches) {
          const from = Math.max(BEGIN, clock + gapMs);
          const to = Math.min(END, from + lengthMs);
          if (to < from) break;
          wasSetBack ||= from < furthest;
          const busy = from < ledger.runningUntil;
          // The first look after the gap: one run at most, the newest of those that nobody had seen.
          const missed = during(furthest, from);
          const first = ledger.look(from);
          if (from > furthest) {
            const newest = missed.at(-1);
            const following = moments[after(from)] ?? Number.POSITIVE_INFINITY;
            const late = newest !== undefined && following - from < (following - newest) / 10;
            expect(first.run).toBe(newest === undefined || busy || late ? null : newest);
            // What was forgotten when the clock was set back is entered anew.
            if (!wasSetBack)
              expect(first.skipped.length).toBe(newest === undefined ? 0 : Math.min(100, missed.length - 1) + (busy || late ? 1 : 0));
          }
          if (first.run !== null) ledger.runningUntil = from + runMs;
          // While it is there, each new occurrence runs at once, unless the one before still does.
          for (const moment of during(from, to)) {
            const now = Math.min(to, moment + (moment % 59) * 1_000);
            const runs = now >= ledger.runningUntil;
            const isNew = moment > furthest && moment > from;
            const { run } = ledger.look(now);
            if (isNew && run !== (runs ? moment : null)) expect({ now, run }).toEqual({ now, run: runs ? moment : null });
            if (run !== null) ledger.runningUntil = now + runMs;
          }
          clock = to;
          furthest = Math.max(furthest, to);
        }
        expect(new Set(ledger.ran).size).toBe(ledger.ran.length);
        const known = new Set(moments);
        expect(ledger.ran.filter((each) => !known.has(each))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
