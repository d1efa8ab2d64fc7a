import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { isGuestName, namedAfter } from '#domain/hypervisor/guest-name.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestBackupView, GuestDisk, GuestSetup, HypervisorNode, StorageView } from '#ports/hypervisor.ts';
import { refuseUnknown, requireRoom, storageOn } from './guest.ts';
import { chosenSource, savedGuest, type GuestSource, type SavedGuest } from './restore-choice.ts';
import { planPlace, type PlaceTaken } from './restore-vm-place.ts';

export interface RestoreVmInput {
  readonly vm: string;
  readonly from?: string | undefined;
  readonly on?: string | undefined;
  readonly as?: string | undefined;
  readonly 'in-place'?: true | undefined;
}

/** What a VM's restore starts from and leads to. */
export type RestoreVmBasis = {
  /** Who was backed up, and under which number. */
  readonly guest: string;
  readonly vmid: number;
  /** Whether it is still there. */
  readonly live: boolean;
  /** Of vigie's ledger; null for what Proxmox made without vigie. */
  readonly backup: string | null;
  readonly file: string;
  /** Where the file is read. */
  readonly place: string;
  readonly at: number;
  readonly bytes: number;
  /** `suspect` where its size is far from the others'. */
  readonly state: string;
  /** What the guest was called when it was backed up. */
  readonly was: string;
  readonly node: string;
  readonly name: string;
  readonly disks: readonly DiskOf[];
  readonly total: number;
  /** Disks that the backup left out. */
  readonly omitted: readonly string[];
  /** Devices of the machine itself that it uses, as the one that was backed up does. */
  readonly devices: readonly string[];
  /** Storages that may hold a newer backup, and couldn't be asked; none where one was named. */
  readonly unseen: readonly string[];
  readonly storages: readonly { readonly name: string; readonly share: number }[];
  /** Cards whose cable was in when it was backed up. */
  readonly linked: readonly string[];
  /** What it takes when it runs. */
  readonly memory: number;
  /** What it takes the place of; null: it stands beside. */
  readonly in_place: PlaceTaken | null;
};

export type DiskOf = { readonly key: string; readonly storage: string; readonly bytes: number };

export type RestoreVmClients = Pick<ReadClients, 'hypervisor' | 'backups' | 'inventory' | 'swarm' | 'self'>;

/**
 * Plans to restore a VM beside the one that was backed up, under a number of its own; or then to take its place.
 * @throws hypervisor_no_quorum, guest_unknown, guest_ambiguous, guest_template, restore_vm_container, backup_none, backup_unknown, backup_bad, backup_elsewhere, node_unknown,
 * node_offline, storage_away, storage_full, guest_name_bad, guest_name_taken, and as `planPlace`
 */
export async function planRestoreVm(
  clients: RestoreVmClients,
  input: RestoreVmInput,
  operation: string,
  signal: AbortSignal,
): Promise<{ basis: RestoreVmBasis; effects: Effect[] }> {
  const { hypervisor } = clients;
  const { quorate, nodes } = await hypervisor.cluster(signal);
  if (!quorate) throw new VigieError('hypervisor_no_quorum');
  const saved = await savedGuest(clients, input.vm, signal);
  if (saved.live?.template === true) throw new VigieError('guest_template', { guest: saved.name });
  const backups = await hypervisor.backups(null, signal);
  const source = chosenSource(saved, backups, input);
  const vmid = saved.live?.vmid ?? source.file.vmid;
  if (saved.live?.kind === 'lxc' || isContainers(source)) throw new VigieError('restore_vm_container', { guest: saved.name, vmid });
  const storages = await hypervisor.storages(signal);
  const node = whereTo(nodes, storages, source, input.on);
  const setup = await hypervisor.setupIn(source.file, signal);
  const name = await freeName(clients, saved, input, signal);
  const basis: RestoreVmBasis = {
    guest: saved.name,
    vmid,
    live: saved.live !== null,
    ...sourceOf(source),
    was: setup.name,
    node: node.name,
    name,
    disks: setup.disks.map(({ key, storage, bytes }) => ({ key, storage, bytes })),
    total: bytesOf(setup.disks),
    omitted: [...setup.omitted],
    devices: [...setup.devices],
    unseen: input.from === undefined ? backups.unknown.map((each) => `${each.name} (${each.node})`) : [],
    storages: roomOn(node.name, setup, storages),
    linked: setup.cards.filter(({ linked }) => linked).map(({ key }) => key),
    memory: setup.memoryBytes,
    in_place: input['in-place'] === true ? await planPlace(clients, saved, { operation, node, needed: setup.memoryBytes }, signal) : null,
  };
  return { basis, effects: effectsOf(basis) };
}

function sourceOf({ file, entry }: GuestSource) {
  const { id, node, takenAt: at, bytes } = file;
  return { backup: entry?.id ?? null, file: id, place: node, at, bytes, state: entry?.state ?? 'good' };
}

function effectsOf({ name, in_place: place, guest }: RestoreVmBasis): Effect[] {
  const made = { kind: 'vm-restore', name };
  if (place === null) return [made];
  const start = place.running ? [{ kind: 'start', name: guest }] : [];
  return [made, ...(place.running ? [{ kind: 'shutdown', name: guest }] : []), { kind: 'vm-swap', name: guest, to: place.kept }, ...start];
}

function isContainers({ file: { id } }: GuestSource): boolean {
  return /\bvzdump-(?:lxc|openvz)-|\/ct\//u.test(id);
}

/** @throws node_unknown, node_offline, backup_elsewhere when it can't read the file */
function whereTo(
  nodes: readonly HypervisorNode[],
  storages: readonly StorageView[],
  { file, entry }: GuestSource,
  on: string | undefined,
): HypervisorNode {
  const wanted = on ?? file.node;
  const node = byName(nodes, wanted, ({ name }) => [name]);
  const names = nodes.map(({ name }) => name);
  if (node === undefined) throw new VigieError('node_unknown', { node: wanted, nearest: nearest(wanted, names) });
  if (!node.online) throw new VigieError('node_offline', { node: node.name });
  const shared = storages.some((each) => each.name === file.storage && each.node === node.name && each.shared && each.active);
  if (node.name !== file.node && !shared) throw elsewhere(file, entry, node.name);
  return node;
}

function elsewhere(file: GuestBackupView, entry: GuestSource['entry'], node: string): VigieError {
  const copy = entry?.copies.find(({ place }) => place === node)?.path ?? null;
  return new VigieError('backup_elsewhere', { backup: entry?.id ?? file.id, place: file.node, node, copy });
}

/** Disks come back to the storages that they were on. @throws storage_away, storage_unknown, storage_full */
function roomOn(node: string, { disks }: GuestSetup, storages: readonly StorageView[]): { name: string; share: number }[] {
  const names = [...new Set(disks.map(({ storage }) => storage))].toSorted();
  return names.map((name) => {
    const storage = storageOn(storages, node, name);
    if (!storage.content.includes('images')) {
      refuseUnknown([storage]);
      throw new VigieError('storage_away', { storage: name, node });
    }
    return { name, share: requireRoom(storage, bytesOf(disks.filter((disk) => disk.storage === name))) };
  });
}

function bytesOf(disks: readonly GuestDisk[]): number {
  return disks.reduce((total, { bytes }) => total + bytes, 0);
}

/** @throws guest_name_bad, guest_name_taken, restore_vm_both */
async function freeName(clients: RestoreVmClients, { name }: SavedGuest, input: RestoreVmInput, signal: AbortSignal): Promise<string> {
  if (input.as !== undefined && input['in-place'] === true) throw new VigieError('restore_vm_both', { guest: name });
  const wanted = input.as ?? namedAfter(name, '-restored');
  if (!isGuestName(wanted)) throw new VigieError('guest_name_bad', { name: wanted });
  const taken = (await clients.hypervisor.guests(signal)).find((guest) => guest.name.toLowerCase() === wanted.toLowerCase());
  if (taken !== undefined) throw new VigieError('guest_name_taken', { name: wanted, vmid: taken.vmid, guest: name });
  return wanted;
}
