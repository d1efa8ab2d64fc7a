import { VigieError } from '#kernel/errors.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestDetail, GuestView, HypervisorNode, HypervisorReader, StorageView } from '#ports/hypervisor.ts';
import { diskStorages } from './guest.ts';
import { copiedTo, requireMemory } from './move.ts';

/** A guest that goes to another machine. */
export type Move = {
  readonly vmid: number;
  readonly guest: string;
  readonly from: string;
  readonly to: string;
  /** Without being stopped. */
  readonly live: boolean;
  /** Bytes of its disks that go along. */
  readonly copied: number;
  /** The job that keeps its disks there, so that only what was written since its last run goes along; null: none does. */
  readonly replication: string | null;
};

/** A guest that can't move: a code of the catalogue, and what stands in the way by name. */
export type Stay = {
  readonly vmid: number;
  readonly guest: string;
  readonly running: boolean;
  readonly why: string;
  readonly what: readonly string[];
};

/** Machines and storages as they are once all that was planned so far is there. */
interface Room {
  readonly nodes: readonly HypervisorNode[];
  readonly storages: readonly StorageView[];
}

/** What keeps one guest where it is, and says nothing of the others. */
const KEEPS: ReadonlySet<string> = new Set([
  'node_memory',
  'storage_away',
  'storage_unknown',
  'storage_full',
  'migrate_snapshots',
  'guest_template',
  'guest_busy',
  'guest_device',
  'guest_cd',
]);

/**
 * Where each of these guests goes, in their order: to the machine with the most memory left, where all that was planned before is counted already.
 * @param targets machines that they may go to
 */
export async function planMoves(
  { hypervisor }: Pick<ReadClients, 'hypervisor'>,
  guests: readonly GuestView[],
  targets: readonly HypervisorNode[],
  signal: AbortSignal,
): Promise<{ readonly moves: Move[]; readonly stays: Stay[] }> {
  let room: Room = { nodes: targets, storages: await hypervisor.storages(signal) };
  const moves: Move[] = [];
  const stays: Stay[] = [];
  for (const guest of guests) {
    const found = await placeFor(hypervisor, guest, room, signal);
    if ('why' in found) stays.push(found);
    else {
      moves.push(found.move);
      room = found.room;
    }
  }
  return { moves, stays };
}

async function placeFor(hypervisor: HypervisorReader, view: GuestView, room: Room, signal: AbortSignal) {
  const about = { vmid: view.vmid, guest: view.name, running: view.state !== 'stopped' };
  let why: VigieError | null = null;
  const free = ({ memoryBytes, memoryUsedBytes }: HypervisorNode): number => (memoryBytes ?? 0) - (memoryUsedBytes ?? 0);
  for (const node of room.nodes.toSorted((one, other) => free(other) - free(one) || one.name.localeCompare(other.name)))
    try {
      const guest = await movable(hypervisor, view, room.storages, signal);
      const disks = await judged(hypervisor, guest, { node, storages: room.storages }, signal);
      const move = { vmid: view.vmid, guest: view.name, from: view.node, to: node.name, live: guest.state !== 'stopped', ...disks };
      return { move, room: takenBy(guest, node.name, room) };
    } catch (error) {
      if (!(error instanceof VigieError) || !KEEPS.has(error.code)) throw error;
      why ??= error;
    }
  return { ...about, why: why?.code ?? 'node_memory', what: whatOf(why) };
}

/** Names that stand in the way; no figures, which change from one look to the next. */
function whatOf(error: VigieError | null): readonly string[] {
  const { snapshots, devices, cds, storage, lock } = error?.params ?? {};
  return [snapshots, devices, cds, storage, lock].flatMap((each) =>
    Array.isArray(each) ? each.map(String) : typeof each === 'string' ? [each] : [],
  );
}

/** @throws guest_template, guest_busy, guest_device, guest_cd: what no machine can take */
async function movable(
  hypervisor: HypervisorReader,
  { vmid, name, template, kind }: GuestView,
  storages: readonly StorageView[],
  signal: AbortSignal,
): Promise<GuestDetail> {
  if (template) throw new VigieError('guest_template', { guest: name });
  const guest = await hypervisor.guest(String(vmid), signal);
  if (guest.lock !== null) throw new VigieError('guest_busy', { guest: name, lock: guest.lock });
  if (kind !== 'qemu') return guest;
  const { devices, cds } = await hypervisor.setup(vmid, signal);
  if (devices.length > 0) throw new VigieError('guest_device', { guest: name, devices: [...devices] });
  const shared = new Set(storages.filter((each) => each.shared).map((each) => each.name));
  const own = cds.filter(({ storage }) => !shared.has(storage)).map(({ key }) => key);
  if (own.length > 0) throw new VigieError('guest_cd', { guest: name, cds: own });
  return guest;
}

/** @returns how its disks go along @throws node_memory, storage_away, storage_full, migrate_snapshots, … */
async function judged(
  hypervisor: HypervisorReader,
  guest: GuestDetail,
  { node, storages }: { readonly node: HypervisorNode; readonly storages: readonly StorageView[] },
  signal: AbortSignal,
): Promise<Pick<Move, 'copied' | 'replication'>> {
  if (guest.state !== 'stopped') requireMemory(node, guest.memoryBytes);
  const local = diskStorages(guest, storages).filter(({ shared }) => !shared);
  if (local.length === 0) return { copied: 0, replication: null };
  // Snapshots go along then, too. Source: pvesr(1).
  const job = (await hypervisor.replications(guest.vmid, signal)).find(({ target }) => target === node.name);
  if (job !== undefined) return { copied: 0, replication: job.id };
  const snapshots = (await hypervisor.snapshots(guest.vmid, signal)).map(({ name }) => name);
  if (snapshots.length > 0) throw new VigieError('migrate_snapshots', { guest: guest.name, snapshots });
  return { copied: copiedTo(node.name, guest, storages, local), replication: null };
}

/** With what it takes there. */
function takenBy({ state, memoryBytes, disks }: GuestDetail, to: string, { nodes, storages }: Room): Room {
  const memory = state === 'stopped' ? 0 : memoryBytes;
  return {
    nodes: nodes.map((node) => (node.name === to ? { ...node, memoryUsedBytes: (node.memoryUsedBytes ?? 0) + memory } : node)),
    storages: storages.map((storage) => {
      if (storage.node !== to || storage.shared) return storage;
      const bytes = disks.filter((disk) => disk.storage === storage.name).reduce((sum, disk) => sum + disk.bytes, 0);
      return { ...storage, usedBytes: storage.usedBytes + bytes };
    }),
  };
}
