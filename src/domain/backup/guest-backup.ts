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

/**
 * Backups that are too many once there is one more good one, the oldest first. Only what the ledger knows and whose file carries vigie's own
 * notes; never what somebody protected in Proxmox.
 * @param ledger of one guest
 * @param keep how many good ones stay, the new one included
 */
export function surplusBackups<F extends DumpFile>(
  ledger: readonly Backup[],
  files: readonly F[],
  keep: number,
): readonly { readonly backup: Backup; readonly file: F }[] {
  const good = guestBackups(ledger).filter(({ state }) => state === 'good');
  return good
    .slice(Math.max(0, keep - 1))
    .flatMap((backup) => {
      const file = files.find(({ id, notes }) => id === backup.path && notes === backupNotes(backup.id));
      return file === undefined || file.protected ? [] : [{ backup, file }];
    })
    .toReversed();
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
