import type { Problem } from '#kernel/errors.ts';
import type { Shift } from '#domain/alert/oncall.ts';

/** How the last reading of a calendar went. */
export interface CalendarState {
  /** When the copy that is used was read; null when there is none yet. */
  readonly readAt: number | null;
  /** Why the last reading failed, `calendar_unreachable` or `calendar_invalid`; null when it went well. */
  readonly problem: Problem | null;
  /** Names in the calendar that are nobody's, or rules that recur too often to be shifts: their shifts count for nothing. */
  readonly ignored: readonly string[];
}

/** A calendar of shifts. It is read again by and by; what was read well last stays until the next good reading. */
export interface Calendar {
  /** The shifts that touch a span, the earliest first. Never throws: nothing was read, nobody is there. */
  shifts(from: number, to: number): readonly Shift[];
  state(): CalendarState;
  /** Reads it now. Never rejects: see `state`. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}
