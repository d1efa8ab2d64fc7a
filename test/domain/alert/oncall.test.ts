import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wallTime } from '#kernel/zoned-time.ts';
import { namesOnCall, onCall, turnsBetween, type Rota, type Shift, type Swap } from '#domain/alert/oncall.ts';

const ZONE = 'Europe/Paris';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Local time in Paris in winter. */
const at = (text: string): number => Date.parse(`${text}+01:00`);

const weekly = (people: readonly string[], handover = { weekday: 1, minute: 540 }, starts = '2026-01-05'): Rota => ({
  kind: 'weekly',
  timezone: ZONE,
  people,
  handover,
  starts,
});
const swap = (person: string, from: number, to: number, operation = `o${from}`): Swap => ({ person, from, to, by: 'zoe', operation });

describe('a weekly rota', () => {
  const rota = weekly(['alice', 'bob', 'carol']);

  it('begins with the first at the first handover', () => {
    expect(onCall(rota, [], at('2026-01-05T09:00')).current).toEqual({
      person: 'alice',
      from: at('2026-01-05T09:00'),
      to: at('2026-01-12T09:00'),
      swapped: false,
    });
    expect(onCall(rota, [], at('2026-01-12T08:59')).current?.person).toBe('alice');
    expect(onCall(rota, [], at('2026-01-12T09:00')).current?.person).toBe('bob');
  });

  it('names those who follow, the next first', () => {
    const { next } = onCall(rota, [], at('2026-01-06T12:00'));
    expect(next.slice(0, 3).map(({ person }) => person)).toEqual(['bob', 'carol', 'alice']);
    expect(namesOnCall(onCall(rota, [], at('2026-01-06T12:00')))).toEqual({ current: 'alice', next: ['bob', 'carol'] });
  });

  it('waits for the weekday of the handover when it starts on another day', () => {
    const late = weekly(['alice', 'bob'], { weekday: 1, minute: 540 }, '2026-01-07');
    expect(onCall(late, [], at('2026-01-12T09:00')).current).toMatchObject({ person: 'alice', from: at('2026-01-12T09:00') });
  });

  it('has somebody before it starts, too', () => {
    expect(onCall(rota, [], at('2026-01-05T08:59')).current?.person).toBe('carol');
  });

  it('never rests for one person alone', () => {
    expect(namesOnCall(onCall(weekly(['alice']), [], at('2026-01-06T12:00')))).toEqual({ current: 'alice', next: [] });
  });

  it('brings everybody of a long list within sight', () => {
    const people = Array.from({ length: 15 }, (_, index) => `p${index}`);
    expect(namesOnCall(onCall(weekly(people), [], at('2026-01-06T12:00'))).next).toEqual(people.slice(1));
  });

  it('hands over at the same local time in summer and winter, to exactly one person at any moment, in order', () => {
    const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1)];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 6 }),
        // Not within the hours that daylight saving skips or repeats: there is no local time to keep.
        fc.oneof(fc.integer({ min: 0, max: 119 }), fc.integer({ min: 180, max: 1_439 })),
        fc.integer({ min: 0, max: 800 }),
        (count, weekday, minute, startsAfter) => {
          const people = Array.from({ length: count }, (_, index) => `p${index}`);
          const starts = new Date(Date.UTC(2025, 6, 1) + startsAfter * DAY).toISOString().slice(0, 10);
          const turns = turnsBetween(weekly(people, { weekday, minute }, starts), [], from, to);
          expect(turns[0]?.from).toBe(from);
          expect(turns.at(-1)?.to).toBe(to);
          for (const [index, turn] of turns.slice(1).entries()) {
            const before = turns[index];
            expect(turn.from).toBe(before?.to);
            const wall = new Date(wallTime(turn.from, ZONE));
            expect([wall.getUTCDay(), wall.getUTCHours() * 60 + wall.getUTCMinutes()]).toEqual([weekday, minute]);
            expect(people.indexOf(turn.person)).toBe((people.indexOf(before?.person ?? '') + 1) % count);
          }
          expect(Math.abs(turns.length - (to - from) / (7 * DAY))).toBeLessThan(2);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says the same whether it is asked for a moment or for a span', () => {
    const [from, to] = [Date.UTC(2026, 0, 1), Date.UTC(2028, 0, 1)];
    const swaps = [swap('dora', at('2026-10-24T00:00'), at('2026-10-27T00:00'))];
    const turns = turnsBetween(rota, swaps, from, to);
    fc.assert(
      fc.property(fc.integer({ min: from, max: to - 1 }), (moment) => {
        const found = turns.filter((turn) => turn.from <= moment && moment < turn.to);
        expect(found).toHaveLength(1);
        expect(onCall(rota, swaps, moment).current?.person).toBe(found[0]?.person);
      }),
      { numRuns: 200 },
    );
  });
});

describe('swaps', () => {
  const rota = weekly(['alice', 'bob']);
  const [tuesday, thursday] = [at('2026-01-06T00:00'), at('2026-01-08T00:00')];

  it('cut a turn in two', () => {
    const turns = turnsBetween(rota, [swap('bob', tuesday, thursday)], at('2026-01-05T09:00'), at('2026-01-12T09:00'));
    expect(turns).toEqual([
      { person: 'alice', from: at('2026-01-05T09:00'), to: tuesday, swapped: false },
      { person: 'bob', from: tuesday, to: thursday, swapped: true },
      { person: 'alice', from: thursday, to: at('2026-01-12T09:00'), swapped: false },
    ]);
  });

  it('let the later one win, and so can be swapped back', () => {
    const swaps = [swap('bob', tuesday, thursday), swap('alice', tuesday, thursday, 'back')];
    expect(onCall(rota, swaps, tuesday + HOUR).current?.person).toBe('alice');
    const half = [swap('bob', tuesday, thursday), swap('alice', tuesday, tuesday + DAY, 'back')];
    expect(onCall(rota, half, tuesday + DAY).current?.person).toBe('bob');
  });

  it('may bring somebody from outside the list, whom an escalation then knows', () => {
    const swaps = [swap('dora', at('2026-01-12T09:00'), at('2026-01-13T09:00'))];
    expect(namesOnCall(onCall(rota, swaps, at('2026-01-06T12:00')))).toEqual({ current: 'alice', next: ['dora', 'bob'] });
  });

  it('leave exactly one person on call, whatever they are', () => {
    const [from, to] = [at('2026-01-05T09:00'), at('2026-03-02T09:00')];
    const moment = fc.integer({ min: from - 3 * DAY, max: to + 3 * DAY });
    const swaps = fc.array(
      fc
        .tuple(fc.constantFrom('alice', 'bob', 'dora'), moment, fc.integer({ min: 1, max: 20 * DAY }))
        .map(([person, start, ms]) => swap(person, start, start + ms)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(swaps, moment, (all, when) => {
        const turns = turnsBetween(rota, all, from, to);
        expect(turns[0]?.from).toBe(from);
        expect(turns.at(-1)?.to).toBe(to);
        for (const [index, turn] of turns.slice(1).entries()) expect(turn.from).toBe(turns[index]?.to);
        const wanted = all.findLast((each) => each.from <= when && when < each.to)?.person;
        if (wanted !== undefined) expect(onCall(rota, all, when).current?.person).toBe(wanted);
      }),
    );
  });
});

describe('the shifts of a calendar', () => {
  const shift = (person: string, from: string, to: string): Shift => ({ person, from: at(from), to: at(to) });

  it('leave gaps where nobody is', () => {
    const rota: Rota = { kind: 'shifts', shifts: [shift('bob', '2026-01-06T18:00', '2026-01-07T08:00')] };
    const { current, next } = onCall(rota, [], at('2026-01-06T12:00'));
    expect(current).toBeNull();
    expect(next.map(({ person }) => person)).toEqual(['bob']);
    expect(namesOnCall(onCall(rota, [], at('2026-01-06T12:00')))).toEqual({ current: null, next: ['bob'] });
  });

  it('give way to the one that began last, where they overlap', () => {
    const rota: Rota = {
      kind: 'shifts',
      shifts: [shift('alice', '2026-01-05T09:00', '2026-01-12T09:00'), shift('bob', '2026-01-07T00:00', '2026-01-08T00:00')],
    };
    expect(onCall(rota, [], at('2026-01-07T12:00')).current?.person).toBe('bob');
    expect(onCall(rota, [], at('2026-01-08T12:00')).current).toMatchObject({ person: 'alice', from: at('2026-01-08T00:00') });
  });

  it('can be swapped where nobody is', () => {
    const swaps = [swap('alice', at('2026-01-06T00:00'), at('2026-01-07T00:00'))];
    expect(onCall({ kind: 'shifts', shifts: [] }, swaps, at('2026-01-06T12:00')).current).toMatchObject({ person: 'alice', swapped: true });
  });
});
