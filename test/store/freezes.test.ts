import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#adapters/store/store.ts';
import type { Freeze } from '#domain/operation/freeze.ts';
import type { Store } from '#ports/store.ts';
import { ManualClock } from '#test/lab/clock.ts';

const HOUR = 3_600_000;
const clock = new ManualClock();
const NOW = clock.now();
const freeze = (operation: string, until = NOW + HOUR): Freeze => ({
  operation,
  scope: 'pad',
  reason: 'meeting',
  by: 'alice',
  at: NOW,
  until,
  endedAt: null,
});

let store: Store;
beforeEach(async () => {
  store = await openStore(':memory:', clock);
});
afterEach(() => store.close());

describe('freezes in the store', () => {
  it('come back as they were, until they are over', async () => {
    await store.operations.commit({ freezes: [freeze('a1b'), freeze('c2d', NOW + 2 * HOUR)] });
    expect(await store.freezes.open(NOW)).toEqual([freeze('a1b'), freeze('c2d', NOW + 2 * HOUR)]);
    expect((await store.freezes.open(NOW + HOUR)).map(({ operation }) => operation)).toEqual(['c2d']);
  });

  it('are there once, in their newest form: ended is over', async () => {
    for (const each of [freeze('a1b'), freeze('a1b'), { ...freeze('a1b'), endedAt: NOW }])
      await store.operations.commit({ freezes: [each] });
    expect(await store.freezes.open(NOW)).toEqual([]);
  });
});
