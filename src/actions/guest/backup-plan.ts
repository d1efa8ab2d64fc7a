import { VigieError } from '#kernel/errors.ts';
import { guestBackups, surplusBackups } from '#domain/backup/guest-backup.ts';
import type { Effect } from '#domain/operation/operation.ts';
import { filledTo } from '#domain/hypervisor/fill.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestBackupView, GuestDetail, StorageView } from '#ports/hypervisor.ts';
import { refuseCrowded } from '../backup/crowded.ts';
import { guestToChange, refuseUnknown, requireRoom } from './guest.ts';

/** What a guest's backup starts from and leads to. */
export type VmBackupBasis = {
  readonly kind: 'vm';
  readonly guest: string;
  readonly vmid: number;
  /** `qemu` or `lxc`. */
  readonly guest_kind: string;
  readonly node: string;
  readonly running: boolean;
  /** As in GuestDetail: unless it answers, the backup is crash-consistent. */
  readonly agent: string;
  readonly storage: string;
  /** The storage's folder on the node; null where its files can't be reached: then there is neither checksum nor copy. */
  readonly folder: string | null;
  /** As big as the last one, in bytes; null when there is none yet. */
  readonly expected: number | null;
  /** How full the storage will be, in percent. */
  readonly share: number;
  readonly keep: number;
  /** How full it comes to be with all that are kept, in percent; null while nobody can tell. */
  readonly forecast: number | null;
  readonly copy: VmCopy | null;
  /** Another machine that would have got a copy, and doesn't answer for its storage; a plan that an earlier vigie made doesn't say. */
  readonly copy_unknown?: SilentTarget | null;
  /** What goes, once the new one is whole. */
  readonly prune: readonly VmPruned[];
};

export type SilentTarget = { readonly node: string; readonly reason: string };

export type VmCopy = { readonly node: string; readonly folder: string; readonly share: number };

export type VmPruned = {
  readonly id: string;
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
};

type PlanClients = Pick<ReadClients, 'hypervisor' | 'inventory' | 'backups' | 'guestFiles' | 'self'>;

/** Of a guest's ledger so many entries are looked at: more than anybody keeps. */
export const LEDGER = 500;

/**
 * Plans a backup of a guest: onto a storage of its own machine, with a copy to another machine's storage of the same name. Nothing goes beyond 85 % of either.
 * @param scheduled whether a job asks
 * @throws as `guestToChange`, and storage_none, storage_unknown, storage_full, backup_crowded
 */
export async function planVmBackup(
  clients: PlanClients,
  word: string,
  scheduled: boolean,
  signal: AbortSignal,
): Promise<{ basis: VmBackupBasis; effects: Effect[] }> {
  const guest = await guestToChange(clients, word, signal);
  const [storages, { files }, ledger] = await Promise.all([
    clients.hypervisor.storages(signal),
    clients.hypervisor.backups(null, signal),
    clients.backups.list({ target: guest.name, limit: LEDGER }),
  ]);
  const storage = backupStorage(storages, guest.node);
  const folder = clients.guestFiles.reaches(guest.node) ? storage.path : null;
  const expected = guestBackups(ledger)[0]?.bytes ?? null;
  const { backupKeep: keep, backupAtLeastMs: atLeastMs } = clients.inventory.guest(guest.name);
  const now = clients.self.now();
  const surplus = surplusBackups(ledger, files, { count: keep, atLeastMs }, { now, timezone: clients.self.timezone() });
  const kept = files.filter(({ vmid, node }) => vmid === guest.vmid && node === guest.node).length - surplus.length;
  const bytes = expected ?? guess(guest);
  if (!scheduled)
    refuseCrowded({ target: guest.name, backups: guestBackups(ledger), atLeastMs, now }, storage, bytes + nextOn(files, guest.node));
  const share = requireRoom(storage, bytes);
  const copy = folder === null ? null : copyTarget(clients, storages, { node: guest.node, storage: storage.name, bytes });
  const basis: VmBackupBasis = {
    kind: 'vm',
    guest: guest.name,
    vmid: guest.vmid,
    guest_kind: guest.kind,
    node: guest.node,
    running: guest.state === 'running',
    agent: guest.agent,
    storage: storage.name,
    folder,
    expected,
    share,
    keep,
    forecast: expected === null ? null : filledTo(storage, expected * Math.max(1, keep - kept)),
    copy,
    copy_unknown:
      folder === null || copy !== null ? null : silentTarget(clients, storages, { node: guest.node, storage: storage.name, bytes }),
    prune: surplus.map(({ backup }) => ({ id: backup.id, path: backup.path, at: backup.at, bytes: backup.bytes })),
  };
  return { basis, effects: effectsOf(basis) };
}

/** What the next backup of each guest of a machine will take, about: as much as its newest one. */
function nextOn(files: readonly GuestBackupView[], node: string): number {
  const newest = new Map(files.filter((file) => file.node === node).map(({ vmid, bytes }) => [vmid, bytes]));
  return [...newest.values()].reduce((total, bytes) => total + bytes, 0);
}

/** Compression makes this much of a disk that is half full, about: only for the first one. */
function guess({ disks }: GuestDetail): number {
  return Math.round(disks.reduce((total, { bytes }) => total + bytes, 0) / 4);
}

/** A folder rather than anything else: its files can be copied. @throws storage_none, storage_unknown */
function backupStorage(storages: readonly StorageView[], node: string): StorageView {
  const fit = storages.filter((each) => each.active && each.content.includes('backup') && (each.node === node || each.shared));
  const [first] = fit.toSorted(
    (one, other) => Number(one.path === null) - Number(other.path === null) || one.name.localeCompare(other.name),
  );
  if (first !== undefined) return first;
  refuseUnknown(storages.filter((each) => each.node === node && each.content.includes('backup')));
  throw new VigieError('storage_none', { node });
}

/** Where a backup is first, and how big it will be, about. */
interface Original {
  readonly node: string;
  readonly storage: string;
  readonly bytes: number;
}

/** Another machine that is reached and has the same storage; null when there is none. @throws storage_full */
function copyTarget({ guestFiles }: PlanClients, storages: readonly StorageView[], { node, storage, bytes }: Original): VmCopy | null {
  const others = storages.filter(
    (each) => each.name === storage && each.node !== node && each.active && !each.shared && each.path !== null,
  );
  const target = others.toSorted((one, other) => one.node.localeCompare(other.node)).find((each) => guestFiles.reaches(each.node));
  if (target === undefined || target.path === null) return null;
  return { node: target.node, folder: target.path, share: requireRoom(target, bytes) };
}

/** Another machine that has the same storage, as far as the configuration says, and can't be asked for it. */
function silentTarget({ guestFiles }: PlanClients, storages: readonly StorageView[], { node, storage }: Original): SilentTarget | null {
  const silent = storages.find(
    (each) => each.name === storage && each.node !== node && !each.shared && guestFiles.reaches(each.node) && each.unknown !== null,
  );
  return silent === undefined ? null : { node: silent.node, reason: silent.unknown ?? '' };
}

function effectsOf({ guest, storage, copy, prune }: VmBackupBasis): Effect[] {
  return [
    { kind: 'vm-backup', name: guest, storage },
    ...(copy === null ? [] : [{ kind: 'vm-copy', name: copy.node }]),
    ...prune.map(({ id, at, bytes }) => ({ kind: 'backup-delete', name: id, at, bytes })),
  ];
}
