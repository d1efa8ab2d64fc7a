import type { Expected } from '#domain/backup/freshness.ts';
import type { Occurrence, Schedule } from '#domain/schedule/schedule.ts';

export interface JobView {
  readonly name: string;
  readonly schedule: Schedule;
  readonly commands: readonly string[];
  /** Null: never. */
  readonly last: Occurrence | null;
  /** How long the last one took, ms. */
  readonly lastMs: number | null;
  readonly next: number | null;
}

export interface JobsReader {
  /** @throws jobs_not_configured */
  list(): Promise<readonly JobView[]>;
  /** What has to have backups, by the configuration; nothing where it says nothing of it. */
  expected(): Promise<readonly Expected[]>;
}
