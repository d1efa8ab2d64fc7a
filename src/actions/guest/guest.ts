import { VigieError } from '#kernel/errors.ts';
import { FILL_LIMIT, filledTo } from '#domain/hypervisor/fill.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestDetail, GuestView, StorageView, UnknownStorage } from '#ports/hypervisor.ts';

type GuestClients = Pick<ReadClients, 'hypervisor' | 'self'>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** The lock of a guest that was put to sleep on disk: it stays until somebody wakes it. */
const ASLEEP = 'suspended';

/**
 * A guest that something is to be done to: the cluster has quorum, it is no template, and Proxmox isn't busy with it.
 * @throws hypervisor_no_quorum, guest_unknown, guest_ambiguous, guest_template, guest_busy, guest_lock_left, node_offline
 */
export async function guestToChange(clients: GuestClients, word: string, signal: AbortSignal): Promise<GuestDetail> {
  const { quorate } = await clients.hypervisor.cluster(signal);
  if (!quorate) throw new VigieError('hypervisor_no_quorum');
  const guest = await clients.hypervisor.guest(word, signal);
  if (guest.state === 'unknown') throw new VigieError('node_offline', { node: guest.node });
  if (guest.template) throw new VigieError('guest_template', { guest: guest.name });
  if (guest.lock !== null) await refuseLocked(clients, guest, guest.lock, signal);
  return guest;
}

/** A lock that no task holds any more is left over: nobody waits for it, and only a person may decide that it goes. */
async function refuseLocked({ hypervisor, self }: GuestClients, guest: GuestView, lock: string, signal: AbortSignal): Promise<never> {
  const tasks = lock === ASLEEP ? [] : await hypervisor.tasks(guest.vmid, 0, signal);
  const since = tasks[0]?.startedAt ?? null;
  const busy = lock === ASLEEP || tasks.some(({ end }) => end.state === 'running') || (since !== null && self.now() - since < HOUR_MS);
  if (busy) throw new VigieError('guest_busy', { guest: guest.name, lock });
  const command = `${guest.kind === 'qemu' ? 'qm' : 'pct'} unlock ${guest.vmid}`;
  throw new VigieError('guest_lock_left', { guest: guest.name, lock, node: guest.node, since, command });
}

/** A storage of a node, or a shared one. @throws storage_away when it isn't there or isn't active, storage_unknown when nobody can tell */
export function storageOn(storages: readonly StorageView[], node: string, name: string): StorageView {
  const found = storages.find((each) => each.name === name && each.active && (each.node === node || each.shared));
  if (found !== undefined) return found;
  refuseUnknown(storages.filter((each) => each.name === name && each.node === node));
  throw new VigieError('storage_away', { storage: name, node });
}

/** @throws storage_unknown when a node doesn't answer for one of these */
export function refuseUnknown(storages: readonly StorageView[]): void {
  refuseSilent(storages.flatMap(({ name, node, unknown }) => (unknown === null ? [] : [{ name, node, reason: unknown }])));
}

/** @throws storage_unknown when there is one of which nobody can tell */
export function refuseSilent([silent]: readonly UnknownStorage[]): void {
  if (silent !== undefined) throw new VigieError('storage_unknown', { storage: silent.name, node: silent.node, reason: silent.reason });
}

/** Storages of a guest's disks, each once, as seen from a node. @throws storage_away */
export function diskStorages(guest: GuestDetail, storages: readonly StorageView[], node = guest.node): StorageView[] {
  const names = [...new Set(guest.disks.map(({ storage }) => storage))].toSorted();
  return names.map((name) => storageOn(storages, node, name));
}

/** @returns how full it will be, in percent @throws storage_full beyond the limit */
export function requireRoom(storage: StorageView, moreBytes = 0): number {
  const share = filledTo(storage, moreBytes);
  if (share > FILL_LIMIT) throw new VigieError('storage_full', { storage: storage.name, share, limit: FILL_LIMIT });
  return share;
}

/** How long ago something was, no finer than people ask: minutes of what is hours old say nothing. */
export function ageOf(at: number, now: number): number {
  const age = Math.max(0, now - at);
  const grain = age < MINUTE_MS ? 1 : age < HOUR_MS ? MINUTE_MS : HOUR_MS;
  return age - (age % grain);
}
