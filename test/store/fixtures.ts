import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore } from '#adapters/store/store.ts';
import type { OutboxEntry } from '#domain/outbox-entry.ts';
import type { Store } from '#ports/store.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { received } from '#test/domain/operation/machine.ts';

export const clock = new ManualClock();

/** A store with one operation in it, on a file of its own or in memory. */
export async function freshStore(
  place: 'file' | 'memory' = 'memory',
): Promise<{ store: Store; file: string; remove: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-store-'));
  const file = place === 'memory' ? ':memory:' : join(folder, 'vigie.db');
  const store = await openStore(file, clock);
  await store.operations.commit({ seen: 'post:1', create: received({ createdAt: clock.now() }) });
  return {
    store,
    file,
    remove: async () => {
      await store.close().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function say(change: Partial<OutboxEntry> = {}): OutboxEntry {
  return {
    kind: 'state',
    key: 'op:p7k:1',
    to: { channel: 'ops', root: null, underKey: null },
    message: { template: 'operation', data: { state: 'waiting' } },
    seeds: [],
    ...change,
  };
}
