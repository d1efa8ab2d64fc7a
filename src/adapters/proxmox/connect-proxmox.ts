import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import type { ReadScreen } from '#ports/console.ts';
import type { Hypervisor } from '#ports/hypervisor.ts';
import type { Remote } from '#ports/remote.ts';
import { actionsOn } from './actions.ts';
import { FREE_NUMBER, VERSION } from './answers.ts';
import { Client } from './client.ts';
import { clusterView, haGuests, rightsOf } from './cluster-view.ts';
import { guestScreen } from './guest-screen.ts';
import { guestDetail, guestOf, guestViews } from './guests.ts';
import { HttpsWay } from './https-way.ts';
import { PveshWay } from './pvesh-way.ts';
import { mayAskAgents, maySeeScreens, missingRights, missingToRestore, narrowRights } from './rights.ts';
import { replicationsOf } from './replications.ts';
import { setupInBackup, setupOf } from './setups.ts';
import { snapshotViews } from './snapshots.ts';
import { backupViews, storageViews } from './storages.ts';
import { taskLog, tasksOf, taskView } from './tasks.ts';
import type { Way } from './way.ts';

/** How one host of the cluster is reached. */
export type ProxmoxHost =
  | { readonly kind: 'api'; readonly url: string; readonly fingerprint: string; readonly token: string }
  /** `pvesh` over there. */
  | { readonly kind: 'ssh'; readonly remote: Remote; readonly sudo: boolean };

export interface ProxmoxOptions {
  /** Asked in this order until one answers; that one is asked first from then on. */
  readonly hosts: readonly ProxmoxHost[];
  /** For one request to one host, its whole answer included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Left out: no screen is looked at. */
  readonly readScreen?: ReadScreen;
}

/** How one host answered. */
export interface HostReport {
  readonly host: string;
  /** Null when it didn't. */
  readonly version: string | null;
  /** What was thrown otherwise. */
  readonly problem: VigieError | null;
}

export interface Privileges {
  /** Rights that vigie needs and has nowhere. */
  readonly missing: readonly string[];
  /** Those that it has for some guests or storages only. */
  readonly narrow: readonly string[];
  /** Whether it may ask a guest's agent. */
  readonly agents: boolean;
  /** Whether it may look at screens. */
  readonly screens: boolean;
  /** Those that it lacks for restoring VMs. */
  readonly restoring: readonly string[];
}

export interface ConnectedHypervisor extends Hypervisor {
  /** Each host by itself, without fail-over. */
  examine(signal?: AbortSignal): Promise<readonly HostReport[]>;
  privileges(signal?: AbortSignal): Promise<Privileges>;
  close(): Promise<void>;
}

/** A Proxmox cluster. Nothing is connected to before the first call. */
export function connectProxmox({ hosts, ...common }: ProxmoxOptions): ConnectedHypervisor {
  const ways = hosts.map((host) => wayOf(host, common));
  const client = new Client(ways);
  return {
    cluster: (signal) => clusterView(client, signal),
    ha: (signal) => haGuests(client, signal),
    guests: (signal) => guestViews(client, signal),
    guest: (word, signal) => guestDetail(client, word, signal),
    screen: (word, signal) => guestScreen(client, word, common.readScreen ?? null, signal),
    setup: async (vmid, signal) => await setupOf(client, await guestOf(client, vmid, signal), signal),
    setupIn: (backup, signal) => setupInBackup(client, backup, signal),
    freeNumber: (signal) => client.read(FREE_NUMBER, { path: ['cluster', 'nextid'] }, signal),
    snapshots: async (vmid, signal) => await snapshotViews(client, await guestOf(client, vmid, signal), signal),
    replications: (vmid, signal) => replicationsOf(client, vmid, signal),
    storages: (signal) => storageViews(client, signal),
    backups: (vmid, signal) => backupViews(client, vmid, signal),
    task: (id, signal) => taskView(client, id, signal),
    taskLog: (id, lines, signal) => taskLog(client, id, lines, signal),
    tasks: (vmid, since, signal) => tasksOf(client, vmid, since, signal),
    ...actionsOn(client),
    examine: (signal) => Promise.all(ways.map((way) => examined(way, signal))),
    async privileges(signal) {
      const rights = await rightsOf(client, signal);
      return {
        missing: missingRights(rights),
        narrow: narrowRights(rights),
        agents: mayAskAgents(rights),
        screens: maySeeScreens(rights),
        restoring: missingToRestore(rights),
      };
    },
    close: () => client.close(),
  };
}

function wayOf(host: ProxmoxHost, common: Omit<ProxmoxOptions, 'hosts'>): Way {
  return host.kind === 'api' ? new HttpsWay({ ...host, ...common }) : new PveshWay({ ...host, ...common });
}

async function examined(way: Way, signal?: AbortSignal): Promise<HostReport> {
  try {
    const { version } = await new Client([way]).read(VERSION, { path: ['version'] }, signal);
    return { host: way.host, version, problem: null };
  } catch (error) {
    if (error instanceof VigieError) return { host: way.host, version: null, problem: error };
    throw error;
  }
}
