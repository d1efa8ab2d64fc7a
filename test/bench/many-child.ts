import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDirectoryPlace } from '#adapters/places/create-places.ts';
import { loadAssets } from '#app/app/assets.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { onThisMachine } from '#test/schemas/host-database.ts';

/** A PostgreSQL on this machine. */
export interface ManyOrders {
  readonly address: string;
  readonly port: number;
}

/** Milliseconds; megabytes (RSS) with all of vigie loaded, and at its most. */
export interface Many {
  readonly taken: number;
  readonly restored: number;
  readonly before: number;
  readonly peak: number;
}

const FRESH = 'pad_vigie_new_ben';
const orders: ManyOrders = JSON.parse(process.argv[2] ?? '{}');
await Promise.all([import('#app/vigie.ts'), loadAssets()]);
const databases = onThisMachine({ engine: 'postgres', ...orders, runAs: 'postgres' }, new MemoryReports());
const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
const place = createDirectoryPlace({ name: 'main', directory: folder, marker: null });
const before = process.resourceUsage().maxRSS / 1_024;

async function took(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

/** As `backup` does it, in its order. */
const taken = await took(async () => {
  await Promise.all([databases.look('pad'), databases.catalogue('pad')]);
  await place.write('pad.dump', databases.dump('pad'), {});
  await databases.look('pad');
  await databases.inspect('pad', await place.read('pad.dump'));
});
const restored = await took(async () => {
  await databases.create('pad', FRESH);
  await databases.load('pad', FRESH, await place.read('pad.dump'));
  await databases.swap('pad', { fresh: FRESH, kept: 'pad_vigie_old_ben' });
});
const many: Many = { taken, restored, before, peak: process.resourceUsage().maxRSS / 1_024 };
process.stdout.write(`${JSON.stringify(many)}\n`);
await rm(folder, { recursive: true });
