import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#adapters/store/store.ts';
import type { Swap } from '#domain/alert/oncall.ts';
import { openRota, type RotaSource } from '#pipeline/people/rota.ts';
import type { Store } from '#ports/store.ts';
import { ManualClock } from '#test/lab/clock.ts';

const HOUR = 3_600_000;
const clock = new ManualClock();
const NOW = clock.now();
const swap = (operation: string, person: string, from = NOW, to = NOW + HOUR): Swap => ({ operation, person, from, to, by: 'alice' });
const source: RotaSource = { timezone: 'Europe/Paris', people: [], rota: () => ({ kind: 'shifts', shifts: [] }), state: () => null };

let store: Store;
beforeEach(async () => {
  store = await openStore(':memory:', clock);
});
afterEach(() => store.close());

describe('swaps in the store', () => {
  it('come back as they were, in the order in which they were stored', async () => {
    const swaps = [swap('a1b', 'bob', NOW + HOUR, NOW + 2 * HOUR), swap('c2d', 'carol')];
    for (const each of swaps) await store.operations.commit({ swaps: [each] });
    expect(await store.rota.swaps(NOW)).toEqual(swaps);
  });

  it('are left out once they are over', async () => {
    await store.operations.commit({ swaps: [swap('a1b', 'bob'), swap('c2d', 'carol', NOW, NOW + 3 * HOUR)] });
    expect((await store.rota.swaps(NOW + HOUR)).map(({ operation }) => operation)).toEqual(['c2d']);
  });

  it('are one for each operation: a step that is repeated does not become the later one', async () => {
    await store.operations.commit({ swaps: [swap('a1b', 'bob')] });
    await store.operations.commit({ swaps: [swap('c2d', 'carol')] });
    await store.operations.commit({ swaps: [swap('a1b', 'bob')] });
    expect((await store.rota.swaps(NOW)).map(({ person }) => person)).toEqual(['bob', 'carol']);
  });
});

describe('the rota over the store', () => {
  it('knows the swaps of before a restart, and the new ones at once', async () => {
    await store.operations.commit({ swaps: [swap('a1b', 'bob')] });
    const book = await openRota(source, store, clock);
    expect(book.names(NOW)).toEqual({ current: 'bob', next: [] });
    await book.add(swap('c2d', 'carol'), 'id-of-alice');
    expect(book.names(NOW)).toEqual({ current: 'carol', next: [] });
    expect(book.names(NOW + HOUR)).toEqual({ current: null, next: [] });
  });

  it('writes who did it into the audit', async () => {
    const book = await openRota(source, store, clock);
    await book.add(swap('a1b', 'bob'), 'id-of-alice');
    const entries = await store.audit.entries({ since: 0, limit: 10 });
    expect(entries).toMatchObject([
      { kind: 'swap', operation: 'a1b', by: 'id-of-alice', detail: { person: 'bob', from: NOW, to: NOW + HOUR } },
    ]);
  });
});
