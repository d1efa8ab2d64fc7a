import { momentOf, wallTime } from '#kernel/zoned-time.ts';
import type { Clock } from '#kernel/clock.ts';
import { openRota, type RotaBook } from '#pipeline/people/rota.ts';
import type { Store } from '#ports/store.ts';

const DAY_MS = 86_400_000;
const EVENING_MS = 18 * 3_600_000;
const TURNS = 8;

/** Alice has been on call for three days, Bob is next; turns change in the evening, once a week. */
export async function demoRota(store: Pick<Store, 'operations' | 'rota'>, clock: Clock, timezone: string): Promise<RotaBook> {
  const people = ['alice', 'bob'];
  const wall = wallTime(clock.now(), timezone);
  const first = wall - (wall % DAY_MS) - 3 * DAY_MS + EVENING_MS;
  const evening = (turn: number): number => momentOf(first + turn * 7 * DAY_MS, timezone);
  const shifts = Array.from({ length: TURNS }, (_, turn) => ({
    from: evening(turn),
    to: evening(turn + 1),
    person: people[turn % people.length] ?? 'alice',
  }));
  return await openRota({ timezone, people, rota: () => ({ kind: 'shifts', shifts }), state: () => null }, store, clock);
}
