import { wallTime } from '#kernel/zoned-time.ts';
import type { Backup } from './backup.ts';

/** A file of vzdump's, on a guest's node. */
interface DumpFile {
  readonly id: string;
  readonly notes: string;
  readonly protected: boolean;
}

/** What vigie writes beside a file, to know its own again. */
export function backupNotes(operation: string): string {
  return `vigie ${operation}`;
}

/** A guest's backups that are there, the newest first. */
export function guestBackups(ledger: readonly Backup[]): readonly Backup[] {
  return ledger.filter(({ kind, prunedAt }) => kind === 'vm' && prunedAt === null).toSorted((one, other) => other.at - one.at);
}

export interface GuestKeep {
  /** How many good ones stay, the new one included. */
  readonly count: number;
  /** Younger ones stay, however many there are. */
  readonly atLeastMs: number;
}

/**
 * Backups that are too many once there is one more good one at `now`, the oldest first. Only what the ledger knows and whose file carries vigie's own notes; never what somebody protected in
 * Proxmox. The newest of each day stay before any other: nine in one hour push out no older day.
 * @param ledger of one guest
 */
export function surplusBackups<F extends DumpFile>(
  ledger: readonly Backup[],
  files: readonly F[],
  keep: GuestKeep,
  { now, timezone }: { readonly now: number; readonly timezone: string },
): readonly { readonly backup: Backup; readonly file: F }[] {
  const good = guestBackups(ledger).filter(({ state, at }) => state === 'good' && at <= now);
  const stay = spread(good, keep.count - 1, now, timezone);
  return good
    .filter((backup) => !stay.has(backup) && backup.at <= now - keep.atLeastMs)
    .flatMap((backup) => {
      const file = files.find(({ id, notes }) => id === backup.path && notes === backupNotes(backup.id));
      return file === undefined || file.protected ? [] : [{ backup, file }];
    })
    .toReversed();
}

/** So many of them, newest first: of each day before `now`'s one, then of the rest. */
function spread(good: readonly Backup[], count: number, now: number, timezone: string): ReadonlySet<Backup> {
  const dayOf = (at: number): string => new Date(wallTime(at, timezone)).toISOString().slice(0, 10);
  const days = new Set([dayOf(now)]);
  const first = good.filter(({ at }) => !days.has(dayOf(at)) && days.add(dayOf(at)).size > 0);
  return new Set([...first, ...good.filter((backup) => !first.includes(backup))].slice(0, Math.max(0, count)));
}

/** Where vzdump's file is in its storage's folder: `local:backup/vzdump-…` is `dump/vzdump-…`. @returns null where it is no file */
export function dumpPath(storagePath: string | null, id: string): string | null {
  const name = dumpName(id);
  return storagePath === null || name === null ? null : `${storagePath.replace(/\/+$/u, '')}/dump/${name}`;
}

/** Beside Proxmox's own folders: what Proxmox doesn't list, it neither prunes nor takes for a backup of its own. */
export function copyPath(storagePath: string, id: string): string | null {
  const name = dumpName(id);
  return name === null ? null : `${storagePath.replace(/\/+$/u, '')}/vigie/${name}`;
}

function dumpName(id: string): string | null {
  return /^[^:]+:backup\/(vzdump-[\w.-]+)$/u.exec(id)?.[1] ?? null;
}
