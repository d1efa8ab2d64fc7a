/**
 * When a job is due. `every`: at whole multiples since the epoch, in UTC (a day of 23 or 25 hours changes nothing). `at`: once on each of the days, at a time on the wall of a zone.
 */
export type Schedule =
  | { readonly kind: 'every'; readonly ms: number; readonly offsetMs: number }
  | {
      readonly kind: 'at';
      /** Minutes since midnight. */
      readonly minute: number;
      /** 0 is Sunday; empty: every day. */
      readonly weekdays: readonly number[];
      readonly timezone: string;
    };

/** What happened to one occurrence. `skipped`: it wasn't run, and won't be. */
export type OccurrenceState = 'started' | 'succeeded' | 'failed' | 'skipped';

/**
 * Why an occurrence was skipped. `made-up`: a later one ran in its place. `late`: it was found when the next one was near.
 * `running`: the one before still ran.
 */
export type SkipReason = 'made-up' | 'late' | 'running';

/** One occurrence of a job, as the ledger has it. */
export interface Occurrence {
  readonly job: string;
  /** When it was due, in milliseconds since the epoch: with the job's name it names the occurrence. */
  readonly dueAt: number;
  /** Operations that were stored for it, in the order in which they run. */
  readonly operations: readonly string[];
  readonly state: OccurrenceState;
  /** For a skipped one. */
  readonly because: SkipReason | null;
  /** When it was entered: much later than it was due if it made up for what was missed. */
  readonly enteredAt: number;
  readonly endedAt: number | null;
}

/** What a commit changes in the ledger of occurrences. */
export type OccurrenceChange =
  | { readonly kind: 'enter'; readonly occurrence: Occurrence }
  /** Guarded: only what was started ends. */
  | {
      readonly kind: 'end';
      readonly job: string;
      readonly dueAt: number;
      readonly state: 'succeeded' | 'failed';
      readonly endedAt: number;
    }
  /** The clock was set back: what was skipped at times that haven't come may still be run. What ran stays. */
  | { readonly kind: 'forget'; readonly job: string; readonly after: number };
