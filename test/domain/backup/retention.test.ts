import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backup } from '#domain/backup/backup.ts';
import { retain, type Keep } from '#domain/backup/retention.ts';
import { aBackup } from './a-backup.ts';
import { keptByRestic } from './restic-model.ts';

const [HOUR, DAY] = [3_600_000, 86_400_000];
const PARIS = 'Europe/Paris';
const NOW = Date.UTC(2026, 10, 28, 12);
const NONE: Keep = { withinMs: 0, last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, atLeastMs: 0 };

/** Named after its age in hours. */
const aged = (hours: number, change: Partial<Backup> = {}): Backup => aBackup({ id: String(hours), at: NOW - hours * HOUR, ...change });
const at = (id: string, iso: string, change: Partial<Backup> = {}): Backup => aBackup({ id, at: Date.parse(iso), ...change });
const ids = (backups: readonly Backup[]): readonly string[] => backups.map(({ id }) => id);
const removed = (backups: readonly Backup[], keep: Partial<Keep>, now = NOW): readonly string[] =>
  ids(retain(backups, { ...NONE, ...keep }, now, PARIS).remove);

describe('retention', () => {
  it('keeps what was taken within a time before the newest one, not before now', () => {
    const week = [aged(0), aged(6), aged(6.9 * 24), aged(7 * 24), aged(8 * 24)];
    expect(removed(week, { withinMs: 7 * DAY })).toEqual(['192', '168']);
    expect(removed(week, { withinMs: 7 * DAY }, NOW + 30 * DAY)).toEqual(['192', '168']);
  });

  it('keeps the newest so many', () => {
    expect(removed([aged(3), aged(1), aged(2), aged(4)], { last: 2 })).toEqual(['4', '3']);
  });

  it('keeps the newest one of each day that has one, by the clocks of the zone', () => {
    const backups = [
      at('late', '2026-11-28T00:30:00+01:00'),
      at('day before', '2026-11-27T23:30:00+01:00'),
      at('its morning', '2026-11-27T00:30:00+01:00'),
      at('long ago', '2026-11-20T12:00:00+01:00'),
      at('too long ago', '2026-11-19T12:00:00+01:00'),
    ];
    expect(removed(backups, { daily: 3 })).toEqual(['too long ago', 'its morning']);
  });

  it.each([
    ['starts', ['2026-03-29T00:10:00+01:00', '2026-03-29T23:50:00+02:00', '2026-03-30T00:10:00+02:00']],
    ['ends', ['2026-10-25T00:10:00+02:00', '2026-10-25T23:50:00+01:00', '2026-10-26T00:10:00+01:00']],
  ])('knows how long the day is on which summer time %s', (_what, moments) => {
    const backups = moments.map((moment, index) => at(String(index), moment));
    expect(removed(backups, { daily: 2 }, Date.parse('2026-11-01T00:00:00Z'))).toEqual(['0']);
  });

  it('has weeks that begin on Monday, across the turn of the year', () => {
    const backups = [
      at('monday', '2027-01-04T01:00:00+01:00'),
      at('sunday', '2027-01-03T23:00:00+01:00'),
      at('same week', '2026-12-28T01:00:00+01:00'),
      at('before', '2026-12-27T23:00:00+01:00'),
    ];
    expect(removed(backups, { weekly: 3 }, Date.parse('2027-02-01T00:00:00Z'))).toEqual(['same week']);
  });

  it('keeps the oldest one while there are fewer periods than wanted: history must be able to grow', () => {
    expect(removed([aged(1), aged(2), aged(3)], { monthly: 12 })).toEqual(['2']);
  });

  it('adds up its rules, and says which one wanted what', () => {
    const { keep } = retain([aged(0), aged(1), aged(30)], { ...NONE, withinMs: DAY, last: 1, daily: 2 }, NOW, PARIS);
    expect(keep.map(({ backup, why }) => [backup.id, why])).toEqual([
      ['0', ['newest', 'within', 'last', 'daily']],
      ['1', ['within']],
      ['30', ['daily']],
    ]);
  });

  it('never lets the newest good one go, nor the newest drilled one', () => {
    const backups = [
      aged(0, { state: 'bad', reason: 'damaged' }),
      aged(1000),
      aged(2000, { drilledAt: NOW }),
      aged(3000, { drilledAt: NOW }),
      aged(4000),
    ];
    expect(removed(backups, { withinMs: HOUR })).toEqual(['4000', '3000']);
  });

  it('lets no suspect one push a good one out', () => {
    const backups = [
      aged(0, { state: 'suspect', reason: 'smaller' }),
      aged(1, { state: 'suspect', reason: 'smaller' }),
      aged(2),
      aged(3),
      aged(4),
    ];
    expect(removed(backups, { last: 2 })).toEqual(['4']);
  });

  it('lets a suspect one go when it would go if it were good', () => {
    expect(removed([aged(0), aged(1), aged(2, { state: 'suspect', reason: 'smaller' })], { last: 2 })).toEqual(['2']);
    expect(removed([aged(0), aged(2, { state: 'suspect', reason: 'smaller' })], { last: 2 })).toEqual([]);
  });

  it('lets a bad one go once something newer is good', () => {
    const bad = aged(5, { state: 'bad', reason: 'damaged' });
    expect(removed([bad, aged(6)], { last: 9 })).toEqual([]);
    expect(removed([aged(4, { state: 'suspect', reason: 'smaller' }), bad, aged(6)], { last: 9 })).toEqual([]);
    expect(removed([aged(4), bad, aged(6)], { last: 9 })).toEqual(['5']);
  });

  it('keeps safety dumps for a week, and counts them for nothing', () => {
    const backups = [
      aged(1, { purpose: 'safety' }),
      aged(2),
      aged(3),
      aged(6 * 24, { purpose: 'safety' }),
      aged(8 * 24, { purpose: 'safety', drilledAt: NOW }),
    ];
    expect(removed(backups, { last: 1 })).toEqual(['192', '3']);
    expect(removed([aged(8 * 24, { purpose: 'safety' })], { last: 1 })).toEqual(['192']);
  });

  it('touches nothing that says it was taken later than now, and is not misled by it', () => {
    const backups = [aged(-24 * 365), aged(0), aged(1), aged(2)];
    expect(removed(backups, { withinMs: DAY })).toEqual([]);
    expect(removed(backups, { last: 2 })).toEqual(['2']);
  });

  it('keeps what is younger than a day, whatever the count, and lets it go after that', () => {
    const many = Array.from({ length: 40 }, (_, index) => aged(index / 4));
    expect(removed(many, { last: 2, atLeastMs: DAY })).toEqual([]);
    expect(removed([...many, aged(25)], { last: 2, atLeastMs: DAY })).toEqual(['25']);
    expect(removed(many, { last: 2, atLeastMs: DAY }, NOW + 30 * HOUR)).toHaveLength(38);
  });

  it('lets nobody push out what a job took by asking for others, however often', () => {
    const days = [1, 2, 3, 4, 5, 6, 7, 8].map((day) => aged(24 * day));
    const byHand = Array.from({ length: 9 }, (_, index) => aged(index / 10, { scheduled: false }));
    expect(removed([...byHand, ...days], { last: 7, atLeastMs: DAY })).toEqual(['192']);
  });

  it('keeps everything where no rule is given, and passes over what is removed already', () => {
    expect(removed([aged(0), aged(9_000)], {})).toEqual([]);
    expect(removed([aged(0), aged(1, { prunedAt: NOW }), aged(2)], { last: 2 })).toEqual([]);
    expect(removed([], { last: 2 })).toEqual([]);
  });
});

const keeps = fc.record<Keep>({
  withinMs: fc.constantFrom(0, 6 * HOUR, 2 * DAY, 7 * DAY, 30 * DAY),
  last: fc.nat(8),
  daily: fc.nat(10),
  weekly: fc.nat(6),
  monthly: fc.nat(14),
  yearly: fc.nat(3),
  atLeastMs: fc.constant(0),
});

/** Any heap of backups over two years, with days on which clocks change in it. */
const heaps = fc.array(
  fc.record({
    at: fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) }),
    state: fc.constantFrom<Backup['state']>('good', 'good', 'good', 'suspect', 'bad'),
    drilledAt: fc.constantFrom(null, null, 1),
    purpose: fc.constantFrom<Backup['purpose']>('routine', 'routine', 'routine', 'safety'),
  }),
  { maxLength: 60 },
);

const made = (heap: readonly Partial<Backup>[]): readonly Backup[] => heap.map((each, index) => aBackup({ ...each, id: `b${index}` }));
const isGood = ({ state, purpose }: Backup): boolean => state === 'good' && purpose === 'routine';
const hasRules = (keep: Keep): boolean => Object.values(keep).some((amount: number) => amount > 0);

function newestDrilled(backups: readonly Backup[]): Backup | undefined {
  const drilled = backups.filter((each) => each.drilledAt !== null && each.state !== 'bad' && each.purpose === 'routine');
  return drilled.toSorted((a, b) => b.at - a.at || (b.id < a.id ? -1 : 1))[0];
}

/** What must hold whatever was removed. */
function expectSafe(backups: readonly Backup[], keep: Keep, now: number): readonly Backup[] {
  const { remove, keep: stay } = retain(backups, keep, now, PARIS);
  expect(new Set([...remove, ...stay.map(({ backup }) => backup)])).toEqual(new Set(backups));
  const newestFirst = backups.filter(isGood).toSorted((a, b) => b.at - a.at);
  const counted = newestFirst.filter((backup) => backup.at <= now);
  const gone = new Set(remove);
  for (const held of [newestFirst[0], counted[0], newestDrilled(backups)])
    if (held !== undefined) expect(backups.some((each) => !gone.has(each) && each.state === held.state && each.at === held.at)).toBe(true);
  for (const backup of remove) {
    expect(backup.at).toBeLessThanOrEqual(now);
    // Nothing goes but for something newer that is good, or by the age of a safety dump.
    if (backup.purpose === 'routine') expect(counted.some((each) => each.at >= backup.at && each !== backup)).toBe(true);
    if (isGood(backup)) expect(backup.at).toBeLessThanOrEqual((counted[0]?.at ?? 0) - keep.withinMs);
    if (backup.purpose === 'safety') expect(backup.at).toBeLessThanOrEqual(now - 7 * DAY);
  }
  return remove;
}

describe('retention, whatever there is', () => {
  it('keeps of the good ones what restic would, and what is held besides', () => {
    fc.assert(
      fc.property(heaps, keeps, (heap, keep) => {
        fc.pre(hasRules(keep));
        const backups = made(heap);
        const now = Date.UTC(2027, 0, 2);
        const good = backups.filter(isGood).toSorted((a, b) => b.at - a.at || (b.id < a.id ? -1 : 1));
        const wanted = keptByRestic(good, keep, PARIS);
        const drilled = newestDrilled(backups);
        const expected = good.filter((each) => wanted.has(each) || each === good[0] || each === drilled);
        const kept = retain(backups, keep, now, PARIS).keep.map(({ backup }) => backup);
        expect(ids(kept.filter(isGood))).toEqual(ids(expected));
      }),
      { numRuns: 300 },
    );
  });

  it('never removes what it must hold, also where the clock is wrong', () => {
    fc.assert(
      fc.property(heaps, keeps, fc.integer({ min: Date.UTC(2024, 6, 1), max: Date.UTC(2028, 0, 1) }), (heap, keep, now) => {
        expectSafe(made(heap), keep, now);
      }),
      { numRuns: 300 },
    );
  });

  it('never removes what is younger than is kept at least, nor more than it would without that', () => {
    const atLeast = fc.constantFrom(1, HOUR, DAY, 3 * DAY);
    fc.assert(
      fc.property(
        heaps,
        keeps,
        atLeast,
        fc.integer({ min: Date.UTC(2024, 6, 1), max: Date.UTC(2028, 0, 1) }),
        (heap, keep, atLeastMs, now) => {
          const backups = made(heap.map((each, index) => ({ ...each, scheduled: index % 3 > 0 })));
          const remove = expectSafe(backups, { ...keep, atLeastMs }, now);
          for (const { at } of remove) expect(at).toBeLessThanOrEqual(now - atLeastMs);
          const before = new Set(retain(backups, keep, now, PARIS).remove);
          expect(remove.every((each) => before.has(each))).toBe(true);
          expect(remove).toEqual(retain(backups, keep, now, PARIS).remove.filter(({ at }) => at <= now - atLeastMs));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('removes nothing more when it is asked again', () => {
    fc.assert(
      fc.property(heaps, keeps, (heap, keep) => {
        const now = Date.UTC(2027, 0, 2);
        // Rules of periods keep the oldest one only while they lack periods, which a look changes for the next: these two alone stand still.
        const held = { ...keep, daily: 0, weekly: 0, monthly: 0, yearly: 0, last: Math.max(1, keep.last) };
        const backups = made(heap);
        const gone = new Set(retain(backups, held, now, PARIS).remove);
        const left = backups.filter((each) => !gone.has(each));
        expect(ids(retain(left, held, now, PARIS).remove)).toEqual([]);
      }),
    );
  });
});

/** Two years of a host's life in steps of six hours: what a step brings. */
const steps = fc.record({
  runs: fc.boolean(),
  state: fc.constantFrom<Backup['state']>('good', 'good', 'good', 'good', 'good', 'good', 'suspect', 'bad'),
  drilled: fc.integer({ min: 0, max: 27 }),
  /** A clock that jumps: mostly not. */
  jumpHours: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -26, -2, 1, 30),
});

describe('retention over two years in Paris', () => {
  const two = (
    seed: readonly { readonly runs: boolean; readonly state: Backup['state']; readonly drilled: number; readonly jumpHours: number }[],
    keep: Keep,
  ) => {
    let backups: readonly Backup[] = [];
    let skew = 0;
    for (let step = 0; step < 2 * 365 * 4; step += 1) {
      const { state, drilled, jumpHours } = seed[step % seed.length] ?? { state: 'good', drilled: 1, jumpHours: 0 };
      // Down for a fortnight now and then, longer than anything is kept within.
      if (step % 400 < 56 && seed[Math.floor(step / 400) % seed.length]?.runs === false) continue;
      // A jump lasts a day.
      if (step % 4 === 0) skew = step % 28 === 0 ? jumpHours * HOUR : 0;
      const now = Date.UTC(2025, 0, 1) + step * 6 * HOUR + skew;
      backups = [...backups, aBackup({ id: `s${step}`, at: now, state, drilledAt: drilled === 0 ? now : null })];
      const gone = new Set(expectSafe(backups, keep, now));
      backups = backups.filter((each) => !gone.has(each));
    }
    return backups;
  };

  it('holds all of that at each step, and stays small', () => {
    fc.assert(
      fc.property(fc.array(steps, { minLength: 30, maxLength: 60 }), (seed) => {
        const backups = two(seed, { withinMs: 7 * DAY, last: 4, daily: 0, weekly: 0, monthly: 0, yearly: 0, atLeastMs: DAY });
        expect(backups.length).toBeLessThan(120);
      }),
      // A life of two years isn't made simpler by being shrunk.
      { numRuns: 4, endOnFailure: true },
    );
  });

  it('keeps a week, eight weeks and a year of months of a host that runs', () => {
    const keep = { withinMs: 7 * DAY, last: 0, daily: 0, weekly: 8, monthly: 12, yearly: 0, atLeastMs: DAY };
    const backups = two([{ runs: true, state: 'good', drilled: 1, jumpHours: 0 }], keep);
    const months = new Set(backups.map((backup) => new Date(backup.at + HOUR).toISOString().slice(0, 7)));
    expect(months.size).toBe(12);
    // A week of four a day; Sundays of the six weeks before it, whose newest two are in it; ends of the eleven months before, none of them on one of those Sundays.
    expect(backups).toHaveLength(28 + 6 + 11);
  });
});
