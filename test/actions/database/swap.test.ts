import { describe, expect, it } from 'vitest';
import { type DatabaseSwap, swapDatabase } from '#actions/database/swap.ts';
import { MemoryDatabases } from '#test/lab/databases/memory-databases.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';

const SWAP: DatabaseSwap = {
  name: 'pad',
  server: 'postgres',
  fresh: 'pad_vigie_new_p7k',
  kept: 'pad_vigie_old_p7k',
  place: 'pad',
  identity: { id: null, node: 'pica01' },
  writers: [],
};

/** One live database on its server, and whatever else a test needs there. */
function lab(...others: readonly string[]) {
  const clock = new WarpClock(1_000);
  const databases = new MemoryDatabases(clock);
  databases.addServer({ name: 'postgres', engine: 'postgres', node: 'pica01' });
  databases.addDatabase({ name: 'pad', server: 'postgres', tables: { 'public.notes': 3 } });
  for (const name of others) databases.server('postgres').databases.set(name, { owner: 'pad', tables: new Map() });
  const context = {
    clients: { databases, swarm: new MemorySwarm(clock) },
    step: async <R>(_name: string, _mode: string, act: (signal: AbortSignal) => Promise<R>) => await act(new AbortController().signal),
    pause: async () => undefined,
    progress: async () => undefined,
    putBack: async () => undefined,
  };
  return { swap: (change: Partial<DatabaseSwap> = {}) => swapDatabase(context, { ...SWAP, ...change }) };
}

describe('a swap of databases', () => {
  it('takes over what a script of a vigie that died has done meanwhile', async () => {
    await expect(lab(SWAP.kept).swap()).resolves.toMatchObject({ restarted: [], unmade: { count: 0 } });
    await expect(lab('pad_test', SWAP.kept).swap({ place: 'pad_test', into: true })).resolves.toMatchObject({
      restarted: [],
      unmade: { count: 0 },
    });
  });

  it('is none without what should come', async () => {
    await expect(lab().swap()).rejects.toMatchObject({ code: 'database_missing', params: { database: SWAP.fresh } });
  });

  it('leaves alone whoever took a name that was free', async () => {
    const taken = lab('pad_test', SWAP.fresh).swap({ place: 'pad_test', into: true });
    await expect(taken).rejects.toMatchObject({ code: 'database_exists', params: { database: 'pad_test' } });
  });
});
