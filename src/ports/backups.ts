import type { Backup } from '#domain/backup/backup.ts';

/** A backup that retention would remove, and why the others stay. */
export interface PruneView {
  readonly remove: readonly Backup[];
  readonly keep: number;
}

export interface PlaceView {
  readonly name: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  readonly sealed: boolean;
}

export interface TakeOptions {
  readonly operation: string;
  readonly scheduled: boolean;
  /** `safety` before a restore; `routine` by default. */
  readonly purpose?: Backup['purpose'];
  readonly signal: AbortSignal;
  /** Bytes so far, now and then. */
  readonly progress: (bytes: number) => void;
}

/**
 * vigie's backups: the ledger in its store, the files in the places of the configuration. Every method may throw `backups_not_configured`, what `Place` and `Databases` throw,
 * and `store_unavailable`.
 */
export interface BackupsReader {
  /** Newest first; without those that were removed. @param target null for all */
  list(filter: { readonly target: string | null; readonly limit: number }): Promise<readonly Backup[]>;
  /** By its id, or the first digits of it. @throws backup_unknown with the nearest id */
  get(target: string, id: string): Promise<Backup>;
  places(signal?: AbortSignal): Promise<readonly PlaceView[]>;
  /** What retention would remove, once there is one more good backup. The newest good one, and the newest drilled one, never go; safety dumps are neither. */
  prunable(target: string, now: number): Promise<PruneView>;
  /** Files of a target in the main place that the ledger doesn't know: they can't be restored. */
  strangers(target: string, signal?: AbortSignal): Promise<readonly string[]>;
}

export interface Backups extends BackupsReader {
  /**
   * Dumps a database into the main place, looks at it again, and enters it in the ledger, once for each operation: after a crash it begins anew.
   * @throws dump_failed, dump_empty, place_full
   */
  take(database: string, options: TakeOptions): Promise<Backup>;
  /** Copies a backup to every other place, each verified by its checksum after writing; what stands there already is left. @throws copy_failed naming the place */
  copy(backup: Backup, options: Pick<TakeOptions, 'signal' | 'progress'>): Promise<Backup>;
  /** The content of a database's backup, read back and compared with the ledger before anybody uses it. @throws backup_damaged, and marks it bad */
  open(backup: Backup, options: Pick<TakeOptions, 'signal' | 'progress'>): Promise<AsyncIterable<Uint8Array>>;
  /** Enters what became of it: drilled, bad, a VM's backup that vzdump took. */
  record(backup: Backup): Promise<void>;
  /** Removes its file, its manifest and its copies, and notes it. Doing it twice does no harm. @returns bytes freed */
  prune(backup: Backup, signal?: AbortSignal): Promise<number>;
}
