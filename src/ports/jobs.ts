import type { Schedule } from '#domain/schedule/schedule.ts';

/** One occurrence of a job, as the ledger has it. */
export interface Occurrence {
  readonly job: string;
  /** When it was due, in milliseconds since the epoch: with the job's name it names the occurrence. */
  readonly dueAt: number;
  /** Operations that were stored for it. */
  readonly operations: readonly string[];
  /** `skipped`: it was missed, and a later one made up for it. */
  readonly state: 'started' | 'succeeded' | 'failed' | 'skipped';
  readonly endedAt: number | null;
}

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
