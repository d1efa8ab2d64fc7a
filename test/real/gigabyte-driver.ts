import { join } from 'node:path';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { connectContainers } from '#adapters/docker/connect-containers.ts';
import { createDatabases } from '#adapters/databases/create-databases.ts';
import { createDirectoryPlace } from '#adapters/places/create-places.ts';
import { openStore } from '#adapters/store/store.ts';
import { loadAssets } from '#app/app/assets.ts';
import { systemClock } from '#kernel/clock.ts';
import { createBackups } from '#pipeline/backup/create-backups.ts';

/**
 * Dumps and restores one database with all of vigie loaded, and prints what it took as one line of JSON: times in milliseconds, memory in
 * megabytes. Its parent has said how the Swarm is reached, and where dumps go.
 */
const orders: { socketPath: string; folder: string; service: string } = JSON.parse(process.argv[2] ?? '{}');
await Promise.all([import('#app/vigie.ts'), loadAssets()]);
const containers = connectContainers({ manager: { kind: 'socket', path: orders.socketPath }, nodes: {} });
const server = { kind: 'service', name: orders.service } as const;
const plain = { user: null, password: null, address: null, port: null, runAs: null, usedBy: [] };
const configured = [{ name: 'pad', engine: 'postgres', database: 'pad', server, ...plain } as const];
const databases = createDatabases({
  databases: configured,
  containers,
  hosts: new Map(),
  clock: systemClock,
  reports: new MemoryReports(),
});
const store = await openStore(join(orders.folder, 'vigie.db'), systemClock);
const main = createDirectoryPlace({ name: 'main', directory: orders.folder, marker: null });
const keep = { withinMs: 0, last: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0, atLeastMs: 0 };
const places = { main, copies: [] };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const common = { places, keepOf: () => keep, fullPercent: 99, databases, store, clock: systemClock, timezone: 'Europe/Paris', log };
const backups = createBackups(common);
const signal = new AbortController().signal;
const before = process.resourceUsage().maxRSS / 1_024;

async function took(act: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await act();
  return performance.now() - begin;
}

const written = await took(() => main.write('plain.dump', databases.dump('pad', signal), { signal }));
const taken = await took(() => backups.take('pad', { operation: 'ben', scheduled: false, signal, progress: () => undefined }));
const backup = await backups.get('pad', 'ben');
const fresh = 'pad_vigie_new_ben';
await databases.create('pad', fresh, signal);
const loaded = await took(async () => await databases.load('pad', fresh, await main.read(backup.path, signal), signal));
const { tables } = await databases.look('pad', fresh, signal);
await databases.drop('pad', fresh, signal);
const peak = process.resourceUsage().maxRSS / 1_024;
process.stdout.write(`${JSON.stringify({ written, taken, loaded, bytes: backup.bytes, rows: tables[0]?.rows ?? 0, before, peak })}\n`);
await store.close();
await containers.close();
