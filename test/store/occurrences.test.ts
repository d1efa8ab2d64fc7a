import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#adapters/store/store.ts';
import type { Occurrence } from '#domain/schedule/schedule.ts';
import { StoreConflict, type Store } from '#ports/store.ts';
import { received } from '#test/domain/operation/machine.ts';
import { clock, freshStore } from './fixtures.ts';

let store: Store;
let remove: () => Promise<void>;
beforeEach(async () => ({ store, remove } = await freshStore('memory')));
afterEach(() => remove());

function occurrence(change: Partial<Occurrence> = {}): Occurrence {
  const base = {
    job: 'databases',
    dueAt: 1_000,
    operations: ['q8l'],
    state: 'started',
    because: null,
    enteredAt: 1_010,
    endedAt: null,
  } as const;
  return { ...base, ...change };
}

const enter = (each: Occurrence) => ({ kind: 'enter', occurrence: each }) as const;

describe('the ledger of occurrences', () => {
  it('stores an occurrence with all its operations, or nothing of either', async () => {
    await store.operations.commit({ createAll: [received({ id: 'q8l' }), received({ id: 'r9m' })], occurrences: [enter(occurrence())] });
    const second = store.operations.commit({
      createAll: [received({ id: 's2n' })],
      occurrences: [enter(occurrence({ operations: ['s2n'] }))],
    });
    await expect(second).rejects.toThrow(StoreConflict);
    expect(await store.operations.operation('r9m')).not.toBeNull();
    expect(await store.operations.operation('s2n')).toBeNull();
    expect(await store.occurrences.newest('databases', 5_000)).toEqual(occurrence());
  });

  it('lets one of twenty who race for an occurrence have it', async () => {
    const racers = Array.from({ length: 20 }, (_, index) => {
      const id = `x${index + 10}`;
      return store.operations.commit({ createAll: [received({ id })], occurrences: [enter(occurrence({ operations: [id] }))] });
    });
    const outcomes = await Promise.allSettled(racers);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await store.occurrences.recent('databases', 10)).toHaveLength(1);
  });

  it('ends what was started, once', async () => {
    await store.operations.commit({ occurrences: [enter(occurrence())] });
    const end = { kind: 'end', job: 'databases', dueAt: 1_000, state: 'succeeded', endedAt: 2_000 } as const;
    await store.operations.commit({ occurrences: [end] });
    expect(await store.occurrences.recent('databases', 1)).toEqual([occurrence({ state: 'succeeded', endedAt: 2_000 })]);
    expect(await store.occurrences.open()).toEqual([]);
    await expect(store.operations.commit({ occurrences: [{ ...end, state: 'failed' }] })).rejects.toThrow(StoreConflict);
  });

  it('forgets what was skipped at times that have not come, and keeps what ran', async () => {
    const skipped = (dueAt: number) => enter(occurrence({ dueAt, operations: [], state: 'skipped', because: 'made-up' }));
    await store.operations.commit({ occurrences: [skipped(1_000), skipped(2_000), skipped(3_000), enter(occurrence({ dueAt: 4_000 }))] });
    expect(await store.occurrences.ahead('databases', 3_500)).toBe(false);
    expect(await store.occurrences.ahead('databases', 1_500)).toBe(true);
    await store.operations.commit({ occurrences: [{ kind: 'forget', job: 'databases', after: 1_500 }] });
    expect((await store.occurrences.recent('databases', 10)).map(({ dueAt }) => dueAt)).toEqual([4_000, 1_000]);
    expect((await store.occurrences.newest('databases', 1_500))?.dueAt).toBe(1_000);
  });

  it('keeps jobs apart, and what is open from being forgotten', async () => {
    await store.operations.commit({
      occurrences: [
        enter(occurrence()),
        enter(occurrence({ job: 'machines', enteredAt: 5_000 })),
        enter(occurrence({ dueAt: 500, state: 'failed' })),
      ],
    });
    expect((await store.occurrences.since(1_010)).map(({ job }) => job)).toEqual(['machines']);
    await store.occurrences.prune(4_000);
    expect((await store.occurrences.recent('databases', 10)).map(({ dueAt }) => dueAt)).toEqual([1_000]);
    expect(await store.occurrences.newest('machines', 999)).toBeNull();
  });

  it('is there after a restart', async () => {
    const { store: first, file, remove: removeFile } = await freshStore('file');
    await first.operations.commit({ occurrences: [enter(occurrence())] });
    await first.close();
    const again = await openStore(file, clock);
    expect(await again.occurrences.open()).toEqual([occurrence()]);
    await again.close();
    await removeFile();
  });
});
