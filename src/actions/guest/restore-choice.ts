import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { guestBackups } from '#domain/backup/guest-backup.ts';
import type { Backup } from '#domain/backup/backup.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestBackups, GuestBackupView, GuestView } from '#ports/hypervisor.ts';
import { LEDGER } from './backup-plan.ts';
import { refuseSilent } from './guest.ts';

type ChoiceClients = Pick<ReadClients, 'hypervisor' | 'backups'>;

/** A file that a guest can be restored from; `entry` is what vigie's ledger says of it, null where Proxmox made it without vigie. */
export interface GuestSource {
  readonly file: GuestBackupView;
  readonly entry: Backup | null;
}

/** Who was backed up. */
export interface SavedGuest {
  readonly name: string;
  /** As it is now; null where it is gone. */
  readonly live: GuestView | null;
  readonly ledger: readonly Backup[];
}

/**
 * The guest that is meant, also on a machine that is away, and one that is gone and whose backups are there.
 * @throws guest_unknown, guest_ambiguous
 */
export async function savedGuest({ hypervisor, backups }: ChoiceClients, word: string, signal: AbortSignal): Promise<SavedGuest> {
  const named = (await hypervisor.guests(signal)).filter(({ name, vmid }) => name === word || String(vmid) === word);
  const [exact, ...more] = named;
  const ledgerOf = async (target: string): Promise<readonly Backup[]> => guestBackups(await backups.list({ target, limit: LEDGER }));
  if (exact !== undefined && more.length === 0) return { name: exact.name, live: exact, ledger: await ledgerOf(exact.name) };
  const ledger = exact === undefined ? await ledgerOf(word) : [];
  if (ledger.length > 0) return { name: word, live: null, ledger };
  const live = await hypervisor.guest(word, signal);
  return { name: live.name, live, ledger: await ledgerOf(live.name) };
}

/**
 * The backup that is meant: the newest good one, or one by its id in vigie's ledger, or by the name of its file.
 * @param on where it is to be read, if it is there more than once
 * @throws backup_none, backup_unknown, backup_unseen, backup_bad, storage_unknown where nobody can look
 */
export function chosenSource(
  { name, live, ledger }: SavedGuest,
  { files, unknown }: GuestBackups,
  { from, on }: { readonly from?: string | undefined; readonly on?: string | undefined },
): GuestSource {
  const own = files.flatMap((file): readonly GuestSource[] => {
    const entry = ledger.find(({ path }) => path === file.id) ?? null;
    return entry === null && file.vmid !== live?.vmid ? [] : [{ file, entry }];
  });
  const found = from === undefined ? own.findLast(({ entry }) => entry === null || entry.state === 'good') : named(own, from);
  if (found === undefined) {
    refuseSilent(unknown);
    refuseUnseen(name, ledger, from);
    if (from === undefined || own.length === 0) throw new VigieError('backup_none', { target: name });
    throw new VigieError('backup_unknown', { target: name, backup: from, nearest: nearest(from, own.flatMap(namesOf)) });
  }
  const { entry } = found;
  if (entry?.state === 'bad') throw new VigieError('backup_bad', { target: name, backup: entry.id, reason: entry.reason });
  return own.find(({ file }) => file.id === found.file.id && file.node === on) ?? found;
}

/** The ledger knows it, and no machine that can be asked has it. @throws backup_unseen */
function refuseUnseen(name: string, ledger: readonly Backup[], from: string | undefined): void {
  const entry = ledger.find(({ id, state }) => (from === undefined ? state === 'good' : id.startsWith(from.toLowerCase())));
  if (entry === undefined) return;
  const [copy] = entry.copies;
  throw new VigieError('backup_unseen', { target: name, backup: entry.id, place: copy?.place ?? null, copy: copy?.path ?? null });
}

/** In full, or an id by the beginning that one has alone. */
function named(sources: readonly GuestSource[], from: string): GuestSource | undefined {
  const word = from.toLowerCase();
  const exact = sources.find((source) => namesOf(source).some((each) => each.toLowerCase() === word));
  const begun = sources.filter(({ entry }) => entry?.id.startsWith(word) === true);
  return exact ?? (begun.length === 1 ? begun[0] : undefined);
}

/** `p7k`, `vzdump-qemu-101-2026_11_28-03_00_00.vma.zst`, and the same with its storage in front. */
function namesOf({ file, entry }: GuestSource): readonly string[] {
  return [...(entry === null ? [] : [entry.id]), file.id.slice(file.id.lastIndexOf('/') + 1), file.id];
}
