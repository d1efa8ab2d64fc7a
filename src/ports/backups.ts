import type { Problem } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import type { KeepReason } from '#domain/backup/retention.ts';

/** What retention makes of a target's backups. */
export interface PruneView {
  /** Oldest first. */
  readonly remove: readonly Backup[];
  readonly keep: number;
  /** Younger ones stay, whatever else. */
  readonly atLeastMs: number;
  /** Why each of the others stays, newest first. */
  readonly kept: readonly { readonly backup: Backup; readonly why: readonly KeepReason[] }[];
}

export interface PlaceView {
  readonly name: string;
  readonly sizeBytes: number;
  readonly freeBytes: number;
  /** How full vigie lets it become, in percent. */
  readonly limit: number;
  /** Encrypted to a key that vigie can't decrypt with: nothing is restored from there by vigie. */
  readonly sealed: boolean;
  /** Why it can't be used at the moment; its sizes are 0 then. */
  readonly problem: Problem | null;
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
  /** The main place first. One that can't be reached is no error: it says so. */
  places(signal?: AbortSignal): Promise<readonly PlaceView[]>;
  /**
   * What retention would remove, once there is one more good backup. The newest good one, and the newest drilled one, never go; safety dumps are neither. What was removed before but still has
   * a copy somewhere is among them.
   */
  prunable(target: string, now: number): Promise<PruneView>;
  /** Files of a target in the main place that the ledger doesn't know: they can't be restored. */
  strangers(target: string, signal?: AbortSignal): Promise<readonly string[]>;
  /** Backups of a database whose file, or a copy of it, isn't as long as what was written, or isn't there any more. Of copies in a place that can't be reached nothing is said. */
  amiss(target: string, signal?: AbortSignal): Promise<readonly Amiss[]>;
}

export interface Amiss {
  readonly id: string;
  /** Where the copy is; null: the file in the main place. */
  readonly place: string | null;
  /** How long the file is now; null: it is gone. */
  readonly found: number | null;
}

export interface Backups extends BackupsReader {
  /**
   * Dumps a database into the main place, reads it back, and enters it in the ledger, once for each operation: after a crash before that it begins anew, and what stands there from
   * the time before is removed, since nothing proves what it is. Its tables and rows are counted right before the dump: while somebody writes they are approximate.
   * @throws dump_failed, dump_empty; place_full, storage_full: before anything is written when the last one, and a fifth more, wouldn't fit; else as soon as the limit is reached
   */
  take(database: string, options: TakeOptions): Promise<Backup>;
  /**
   * Copies a backup to every other place, each verified by its checksum after writing; what stands there already is left. One place that fails keeps no other from its copy.
   * @returns the backup with its copies @throws copy_failed naming the place, and why; backup_damaged
   */
  copy(backup: Backup, options: Pick<TakeOptions, 'signal' | 'progress'>): Promise<Backup>;
  /**
   * The content of a database's backup, read back whole and compared with the ledger before anybody uses it, and once more while it is read: what was changed in between makes the
   * stream throw at its end. Where the main place can't give it, from a copy that isn't encrypted.
   * @throws backup_damaged, and marks it bad
   */
  open(backup: Backup, options: Pick<TakeOptions, 'signal' | 'progress'>): Promise<AsyncIterable<Uint8Array>>;
  /** Enters what became of it: drilled, bad, a VM's backup that vzdump took. */
  record(backup: Backup): Promise<void>;
  /**
   * Removes its file, its manifest and its copies, and notes it. Doing it twice does no harm. Whether retention lets it go is asked again right before; a place that can't be
   * reached keeps its copy until the next time.
   * @returns bytes freed @throws backup_kept; what the place throws that failed, once the others are done
   */
  prune(backup: Backup, signal?: AbortSignal): Promise<number>;
}
