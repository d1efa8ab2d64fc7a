import type { JsonObject } from '#kernel/json.ts';
import type { Catalogue } from './catalogue.ts';

/** A copy of a backup somewhere else. */
export interface BackupCopy {
  readonly place: string;
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
  /** Of the file as it stands there: another one than the backup's where it is encrypted. */
  readonly sha256: string;
  readonly sealed: boolean;
}

/**
 * What is wrong with a backup: it is far smaller or larger than the last good one, its content isn't what was written, a drill couldn't restore it or found something else in it,
 * or somebody said so.
 */
export type BackupFlaw = 'smaller' | 'larger' | 'damaged' | 'drill_failed' | 'declared';

/** Who may connect, its settings, its encoding: in the words of its kind of server. */
export type DatabaseProperties = JsonObject;

export interface DumpedTable {
  readonly name: string;
  /** Counted right before the dump. */
  readonly rows: number;
  /** Counted right after it, where somebody was writing meanwhile: what was dumped lies about in between. */
  readonly rowsAfter?: number;
}

/**
 * A backup as vigie's store knows it: the only proof of its content. A manifest beside the file is for people.
 * `suspect`: whole, but its size is far from the last one's. `bad`: its checksum was found wrong, or a drill failed; it can't be restored.
 */
export interface Backup {
  /** The operation that made it: `p7k`. */
  readonly id: string;
  readonly kind: 'database' | 'vm';
  /** Name of the database, or of the guest. */
  readonly target: string;
  readonly at: number;
  readonly state: 'good' | 'suspect' | 'bad';
  /** Why it is suspect or bad; null for a good one. */
  readonly reason: BackupFlaw | null;
  /** In the main place; for a guest Proxmox's own id (`local:backup/vzdump-…`). Empty once it was removed there. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** `postgres 15.13`, `qemu`. */
  readonly origin: string;
  /** Tables with their rows, for a database. */
  readonly tables: readonly DumpedTable[];
  /** Why nobody could count its rows: the tables aren't known then; null: they were counted. */
  readonly uncounted?: string | null;
  /** What of it a restore can't make again: `EVENT TRIGGER audit`; null: nobody could tell. */
  readonly unrestorable?: readonly string[] | null;
  /** What else was in the database when it was dumped; null: nobody could tell, or nobody asked. */
  readonly catalogue?: Catalogue | null;
  /** What belonged to the database and isn't inside of it; null: its kind of server has no such thing, or nobody could tell. */
  readonly properties?: DatabaseProperties | null;
  /** When a drill restored it and found everything; null: never. */
  readonly drilledAt: number | null;
  readonly copies: readonly BackupCopy[];
  /** When it was removed; null while it is there. */
  readonly prunedAt: number | null;
  /** Whether it was taken on a schedule; those by hand count for retention as well. */
  readonly scheduled: boolean;
  /**
   * `safety`: what a restore saved of a live database before it was replaced, maybe the very damage that the restore undoes. It is restored by its id alone: it is never
   * "the newest good one", neither for a restore or a drill nor for retention, which removes it by its age.
   */
  readonly purpose: 'routine' | 'safety';
}
