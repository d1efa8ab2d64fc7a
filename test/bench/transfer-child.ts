import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { createDatabases, type ConfiguredDatabase } from '#adapters/databases/create-databases.ts';
import { connectContainers } from '#adapters/docker/connect-containers.ts';
import type { DaemonAddress } from '#adapters/docker/connection.ts';
import { createDirectoryPlace } from '#adapters/places/create-places.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import { loadAssets } from '#app/app/assets.ts';
import { startCollectingHere } from '#app/app/collecting.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Remote } from '#ports/remote.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import type { SshAccess } from '#test/real/swarm.ts';

/** What one process of vigie dumps or loads, and the way there. */
export interface TransferOrders {
  readonly what: 'dump' | 'load';
  readonly database: ConfiguredDatabase;
  /** Null: Docker's own socket. */
  readonly ssh: SshAccess | null;
  /** Of the Docker that runs it; null: it is on the host. */
  readonly socketPath: string | null;
  /** What is written or read. */
  readonly file: string;
  /** What is loaded into. */
  readonly fresh: string;
}

/** Milliseconds; megabytes (RSS) with all of vigie loaded, and at its most. */
export interface Transfer {
  readonly ms: number;
  readonly before: number;
  readonly peak: number;
}

/** Longer than the first look of `startCollecting` comes after. */
const STARTED_MS = 3_500;

const orders: TransferOrders = JSON.parse(process.argv[2] ?? '{}');
await Promise.all([import('#app/vigie.ts'), loadAssets()]);
const { database, ssh, socketPath, file, fresh } = orders;
const remote: Remote | null =
  ssh === null ? null : connectRemote({ ...ssh, privateKey: await readFile(ssh.keyFile, 'utf8'), clock: systemClock });
const containers = socketPath === null ? null : connectContainers({ manager: daemon(socketPath), nodes: {} });
const databases = createDatabases({
  databases: [database],
  containers,
  hosts: new Map(remote === null ? [] : [[database.server.name, remote]]),
  clock: systemClock,
  reports: new MemoryReports(),
});
const collecting = startCollectingHere(systemClock);
// What starting takes is given back, and the connection stands, before it counts, as in a vigie that runs.
await systemClock.sleep(STARTED_MS);
await databases.identity(database.name);
const before = process.resourceUsage().maxRSS / 1_024;
const begin = performance.now();
if (orders.what === 'dump') await dump();
else await databases.load(database.name, fresh, await placeOf().read(basename(file)));
const ms = performance.now() - begin;
const transfer: Transfer = { ms, before, peak: process.resourceUsage().maxRSS / 1_024 };
process.stdout.write(`${JSON.stringify(transfer)}\n`);
await collecting?.stop();
await containers?.close();
await remote?.close();

function daemon(path: string): DaemonAddress {
  return remote === null ? { kind: 'socket', path } : { kind: 'remote', remote, path };
}

async function dump(): Promise<void> {
  await placeOf().write(basename(file), databases.dump(database.name), {});
}

function placeOf() {
  return createDirectoryPlace({ name: 'main', directory: dirname(file), marker: null });
}
