import { VigieError } from '#kernel/errors.ts';
import { FILL_LIMIT, filledTo } from '#domain/hypervisor/fill.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestDetail, StorageView } from '#ports/hypervisor.ts';

type HypervisorOnly = Pick<ReadClients, 'hypervisor'>;

/**
 * A guest that something is to be done to: the cluster has quorum, it is no template, and Proxmox isn't busy with it.
 * @throws hypervisor_no_quorum, guest_unknown, guest_ambiguous, guest_template, guest_busy, node_offline
 */
export async function guestToChange(clients: HypervisorOnly, word: string, signal: AbortSignal): Promise<GuestDetail> {
  const { quorate } = await clients.hypervisor.cluster(signal);
  if (!quorate) throw new VigieError('hypervisor_no_quorum');
  const guest = await clients.hypervisor.guest(word, signal);
  if (guest.state === 'unknown') throw new VigieError('node_offline', { node: guest.node });
  if (guest.template) throw new VigieError('guest_template', { guest: guest.name });
  if (guest.lock !== null) throw new VigieError('guest_busy', { guest: guest.name, lock: guest.lock });
  return guest;
}

/** A storage of a node, or a shared one. @throws storage_away when it isn't there or isn't active */
export function storageOn(storages: readonly StorageView[], node: string, name: string): StorageView {
  const found = storages.find((each) => each.name === name && each.active && (each.node === node || each.shared));
  if (found === undefined) throw new VigieError('storage_away', { storage: name, node });
  return found;
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

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long ago something was, no finer than people ask: minutes of what is hours old say nothing. */
export function ageOf(at: number, now: number): number {
  const age = Math.max(0, now - at);
  const grain = age < MINUTE_MS ? 1 : age < HOUR_MS ? MINUTE_MS : HOUR_MS;
  return age - (age % grain);
}
