import type { Clock } from '#kernel/clock.ts';
import type { JsonObject } from '#kernel/json.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import type { Keep } from '#domain/backup/retention.ts';
import type { Databases } from '#ports/databases.ts';
import type { BackupPlaces } from '#ports/places.ts';
import type { Store } from '#ports/store.ts';
import type { Log } from '#ports/log.ts';

/** What the configuration says of backups. */
export interface BackupSettings {
  readonly places: BackupPlaces;
  /** Which backups of a target stay. */
  readonly keepOf: (target: string) => Keep;
  /** How full a place may become, in percent. */
  readonly fullPercent: number;
}

/** All that backups are made with. */
export interface Archive extends BackupSettings {
  readonly databases: Databases;
  readonly store: Pick<Store, 'operations' | 'backups'>;
  readonly clock: Clock;
  readonly timezone: string;
  readonly log: Log;
}

/** More than any policy keeps of one target. */
const ALL = 10_000;

/** A database's backups that are there, newest first; or those of which only something remains. */
export function known({ store }: Archive, database: string, which: 'there' | 'remains' = 'there'): Promise<readonly Backup[]> {
  return store.backups.backups({ kind: 'database', target: database, which, limit: ALL });
}

/** Enters a backup in its new form. The audit is chained: whoever changes a checksum in the store doesn't change it there. */
export async function enter({ store }: Archive, change: string, backup: Backup): Promise<void> {
  const { id, kind, target, path, bytes, sha256, state } = backup;
  const detail: JsonObject = { change, kind, target, path, bytes, sha256, state };
  await store.operations.commit({ backups: [backup], audit: [{ kind: 'backup', operation: id, by: 'vigie', detail }] });
}

/** Guests' backups are Proxmox's files: it alone reads, copies and removes them. */
export function requireDatabase({ kind, target }: Backup): void {
  if (kind !== 'database') throw new TypeError(`${target} is a guest: its backups are in Proxmox`);
}

export function damaged({ target, id, path }: Backup): VigieError {
  return new VigieError('backup_damaged', { target, backup: id, path });
}

export async function markDamaged(archive: Archive, backup: Backup): Promise<void> {
  await enter(archive, 'damaged', { ...backup, state: 'bad', reason: 'damaged' });
}
