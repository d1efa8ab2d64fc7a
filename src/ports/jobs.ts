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
  list(): Promise<readonly JobView[]>;
}
