import { writeSync } from 'node:fs';
import { systemClock } from '#kernel/clock.ts';
import type { Store } from '#ports/store.ts';
import type { Swarm } from '#ports/swarm.ts';
import { connectMattermost } from '#adapters/mattermost/connect.ts';
import { openStore } from '#adapters/store/store.ts';
import { loadAssets } from '#app/app/assets.ts';
import { startVigie } from '#app/vigie.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { powerOver, type Reach } from '#test/lab/machines/lab-power.ts';
import { LAB_PARTS } from '#test/lab/parts.ts';
import { labBackups, labPlaces } from '#test/lab/places/lab-backups.ts';
import { type HostDatabase, onThisMachine } from '#test/schemas/host-database.ts';
import { remoteDatabases } from './databases-rpc.ts';
import { remoteHosts } from './hosts-rpc.ts';
import { namesOver, networkOver, type Doors, type Zone } from './house-parts.ts';
import { remoteHouse, type HouseAt } from './house-rpc.ts';
import { remoteHypervisor } from './hypervisor-rpc.ts';
import { folderBackups } from './folder-backups.ts';
import { remoteSwarm } from './swarm-rpc.ts';

/** A vigie in a process of its own, that kills itself at the given point of its journal: before or after a write. */
interface Orders {
  readonly url: string;
  readonly token: string;
  readonly storeFile: string;
  readonly swarmUrl?: string;
  readonly dockerSocket?: string;
  readonly databasesUrl?: string;
  /** A real server, whose clients this process starts: they are left to themselves when it dies. */
  readonly hostDatabase?: HostDatabase;
  readonly hypervisorUrl?: string;
  readonly hostsUrl?: string;
  /** Names, addresses and machines in memory. */
  readonly house?: HouseAt;
  /** A network and a zone on real parts. */
  readonly doors?: Doors;
  readonly zone?: Zone;
  /** Controllers of machines, on loopback. */
  readonly amt?: readonly Reach[];
  /** Begins paths in names of steps, and differs from run to run: points are named without it. */
  readonly folder?: string;
  /** Where backups are kept: a folder for the main place, beside it one for copies. */
  readonly placesFolder?: string;
  /** `begin:update:before`, or null to live. */
  readonly killAt: string | null;
}

const orders: Orders = JSON.parse(process.argv[2] ?? '{}');

/** Told at once: nothing may be lost when the process dies in the next line. */
function tell(line: string): void {
  writeSync(1, `${line}\n`);
}

function reach(name: string): void {
  const point = orders.folder === undefined ? name : name.replace(orders.folder, '');
  tell(`point ${point}`);
  if (point === orders.killAt) process.kill(process.pid, 'SIGKILL');
}

function watched(store: Store): Store {
  const { journal } = store;
  return {
    ...store,
    journal: {
      ...journal,
      async begin(operation, name, mode) {
        reach(`begin:${name}:before`);
        await journal.begin(operation, name, mode);
        reach(`begin:${name}:after`);
      },
      async finish(operation, name, result) {
        reach(`finish:${name}:before`);
        await journal.finish(operation, name, result);
        reach(`finish:${name}:after`);
      },
    },
    operations: {
      ...store.operations,
      async commit(commit) {
        const ends = commit.transitions?.find(({ to, from }) => from !== to);
        if (ends !== undefined) reach(`to ${ends.to}:before`);
        await store.operations.commit(commit);
        if (ends !== undefined) reach(`to ${ends.to}:after`);
      },
      async note(commit) {
        const what = commit.create === undefined ? (commit.say?.[0]?.key.split(':')[0] ?? 'nothing said') : 'request';
        reach(`note ${what}:before`);
        await store.operations.note(commit);
        reach(`note ${what}:after`);
      },
    },
    outbox: {
      ...store.outbox,
      // Between the post and what the store knows of it.
      async sent(key, version, post) {
        reach('said:before');
        await store.outbox.sent(key, version, post);
        reach('said:after');
      },
    },
  };
}

async function swarmOf(): Promise<{ readonly swarm?: Swarm }> {
  if (orders.swarmUrl !== undefined) return { swarm: remoteSwarm(orders.swarmUrl) };
  if (orders.dockerSocket === undefined) return {};
  const { connectSwarm } = await import('#adapters/docker/connect-swarm.ts');
  return { swarm: connectSwarm({ kind: 'socket', path: orders.dockerSocket }) };
}

const quiet = {
  info: () => undefined,
  warn: () => undefined,
  error: (data: object, text: string) => tell(`error ${text} ${String(Object.values(data).at(-1))}`),
};
console.log = () => undefined;
const store = watched(await openStore(orders.storeFile, systemClock));
const chat = await connectMattermost({
  url: orders.url,
  token: orders.token,
  operationsChannel: 'ops',
  clock: systemClock,
  facts: store.cursors,
  log: quiet,
});
const { entries, templates } = await loadAssets();
await startVigie({
  ...LAB_PARTS,
  store,
  storeFile: orders.storeFile,
  clock: systemClock,
  log: quiet,
  ...chat,
  systems: {
    ...(await swarmOf()),
    ...(orders.databasesUrl === undefined ? {} : { databases: await remoteDatabases(orders.databasesUrl) }),
    ...(orders.hostDatabase === undefined ? {} : { databases: onThisMachine(orders.hostDatabase, new MemoryReports()) }),
    ...(orders.hypervisorUrl === undefined ? {} : remoteHypervisor(orders.hypervisorUrl)),
    ...(orders.amt === undefined ? {} : { power: powerOver(orders.amt, systemClock) }),
    ...(orders.doors === undefined ? {} : { network: networkOver(orders.doors) }),
    ...(orders.zone === undefined ? {} : { names: namesOver(orders.zone) }),
    ...(orders.house === undefined ? {} : remoteHouse(orders.house)),
    ...(orders.hostsUrl === undefined ? {} : { hosts: remoteHosts(orders.hostsUrl) }),
  },
  backups: orders.placesFolder === undefined ? labBackups(labPlaces(systemClock)) : folderBackups(orders.placesFolder),
  entries,
  templates,
});
// What is said before vigie's first look at its channels isn't for it.
while ((await store.cursors.all()).size === 0) await systemClock.sleep(20);
tell('ready');
