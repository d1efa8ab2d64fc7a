import { VigieError } from '#kernel/errors.ts';
import { replicaOf, type Replica } from '#domain/hypervisor/replica.ts';
import { needsOf, type GuestNeeds } from '#domain/hypervisor/settings.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestView, StorageView } from '#ports/hypervisor.ts';
import { knownWithin } from '../unknown.ts';
import type { GuestAway, GuestTaken } from './basis.ts';

const ASK_MS = 5_000;

/** A machine that could take guests, with its name among `hosts` and the memory that is left. */
export interface Taker {
  readonly node: string;
  readonly host: string;
  free: number;
}

/** What is left of a cluster. */
export interface Cluster {
  readonly guests: readonly GuestView[];
  readonly storages: readonly StorageView[];
  readonly takers: readonly Taker[];
}

/** Disks that both machines have are never older than a replica. */
const NOW = Number.MAX_SAFE_INTEGER;

type Asked = Pick<ReadClients, 'hosts'>;
type Verdict = Pick<GuestAway, 'taken' | 'why'>;

/**
 * A guest goes where its disks are as well: on storages that both machines share, or replicated, and then to whom has them newest. One that nobody starts by itself is left where it is.
 */
export async function takerOf({ hosts }: Asked, cluster: Cluster, name: string, signal: AbortSignal): Promise<Verdict> {
  const guest = cluster.guests.find((each) => each.name === name);
  const [first] = cluster.takers;
  if (guest === undefined || first === undefined) return { taken: null, why: null };
  const { vmid, kind, node: from, memoryBytes } = guest;
  const place = { node: from, kind, vmid };
  const { known } = await knownWithin(ASK_MS, signal, (ends) => hosts.guestSettings(first.host, place, ends));
  if (known === null) return { taken: null, why: null };
  const { onBoot, disks, bound } = needsOf(known);
  if (!onBoot) return { taken: null, why: 'unwanted' };
  if (bound.length > 0) return { taken: null, why: 'bound' };
  const places = await Promise.all(cluster.takers.map((taker) => placeOn({ hosts }, { taker, vmid, disks }, cluster.storages, signal)));
  const whole = places.flatMap((each) => (each.kind === 'whole' ? [each] : [])).toSorted((one, other) => other.at - one.at);
  const found = whole.find(({ taker }) => taker.free >= memoryBytes);
  if (found === undefined)
    return { taken: null, why: whole.length > 0 ? 'memory' : places.some(({ kind: how }) => how === 'torn') ? 'torn' : 'local' };
  const { taker, at, datasets } = found;
  taker.free -= memoryBytes;
  const replicated = datasets.length === 0 ? null : at;
  return { taken: { vmid, kind, from, to: taker.node, host: taker.host, replicated_at: replicated, datasets }, why: null };
}

interface Wanted {
  readonly taker: Taker;
  readonly vmid: number;
  readonly disks: GuestNeeds['disks'];
}

/** Proxmox writes the disk of cloud-init anew at each start. Source: PVE::QemuServer::Cloudinit. */
const MADE_ANEW = /^vm-\d+-cloudinit(?:\.\w+)?$/u;

/** What a machine has of a guest's disks. Those that are shared are of now. */
async function placeOn(
  clients: Asked,
  { taker, vmid, disks }: Wanted,
  storages: readonly StorageView[],
  signal: AbortSignal,
): Promise<Replica & { readonly taker: Taker; readonly datasets: readonly string[] }> {
  const there = storages.filter(({ node, active }) => node === taker.node && active);
  const own = disks.filter(
    ({ storage, volume }) => !there.some(({ name, shared }) => name === storage && shared) && !MADE_ANEW.test(volume),
  );
  if (own.length === 0) return { kind: 'whole', at: NOW, taker, datasets: [] };
  const datasets = own.map(({ storage, volume }) => datasetOf(there.find(({ name }) => name === storage)?.pool ?? null, volume));
  const known = datasets.filter((each) => each !== null);
  if (known.length < datasets.length) return { kind: 'none', taker, datasets: [] };
  return { ...(await replicaOn(clients, taker.host, { vmid, datasets: known }, signal)), taker, datasets: known };
}

/** A linked clone stands as `base-100-disk-0/vm-101-disk-0`; its own dataset is the last part of that. */
function datasetOf(pool: string | null, volume: string): string | null {
  const name = volume.slice(volume.lastIndexOf('/') + 1);
  return pool === null || !/^[\w.-]+$/u.test(name) ? null : `${pool}/${name}`;
}

async function replicaOn(
  { hosts }: Asked,
  host: string,
  { vmid, datasets }: Pick<GuestTaken, 'vmid' | 'datasets'>,
  signal: AbortSignal,
): Promise<Replica> {
  const { known } = await knownWithin(ASK_MS, signal, (ends) => hosts.zfsSnapshots(host, datasets, ends));
  return known === null ? { kind: 'none' } : replicaOf(vmid, datasets, known);
}

/** Right before it starts elsewhere. @throws replica_changed */
export async function stillReplicated(clients: Asked, name: string, taken: GuestTaken, signal: AbortSignal): Promise<void> {
  const { to, host, replicated_at: at } = taken;
  if (at === null) return;
  const now = await replicaOn(clients, host, taken, signal);
  if (now.kind !== 'whole' || now.at !== at) throw new VigieError('replica_changed', { guest: name, machine: to });
}
