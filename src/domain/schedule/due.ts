import { latest, next } from './moments.ts';
import type { Schedule, SkipReason } from './schedule.ts';

/** What is known of a job's occurrences. */
export interface Known {
  /** When the job got its present schedule, ms: what was due before is none of its business. */
  readonly since: number;
  /** The newest occurrence that the ledger has of a time up to now; null for none. */
  readonly last: number | null;
  /** An occurrence of the job isn't over yet. */
  readonly running: boolean;
}

export interface Skipped {
  readonly dueAt: number;
  readonly because: SkipReason;
}

export interface Due {
  /** The one occurrence to run now, or null. */
  readonly run: number | null;
  /** Those that won't be run any more: to be entered with it, oldest first. */
  readonly skipped: readonly Skipped[];
}

const NOTHING: Due = { run: null, skipped: [] };
/** Most occurrences that are entered after a long absence: what lies further back isn't worth a line each. */
const MOST = 100;
/** Found when so little of the time to the next one is left, an occurrence isn't run: the next one does its work. */
const LATE_SHARE = 0.1;

/**
 * Decides which occurrence of a job is to be run. However many were missed, the newest alone makes up for all of them. A
 * clock that was set back finds them entered already, and nothing is due until it has caught up.
 * @param now milliseconds since the epoch
 */
export function due(schedule: Schedule, { since, last, running }: Known, now: number): Due {
  const from = Math.max(since, last ?? since);
  const newest = latest(schedule, now);
  if (newest <= from) return NOTHING;
  const missed = between(schedule, from, newest);
  const skip = (because: SkipReason) => [...missed.map(madeUp), { dueAt: newest, because }];
  if (running) return { run: null, skipped: skip('running') };
  if (isTooLate(schedule, newest, now)) return { run: null, skipped: skip('late') };
  return { run: newest, skipped: missed.map(madeUp) };
}

function madeUp(dueAt: number): Skipped {
  return { dueAt, because: 'made-up' };
}

/** Occurrences after `from` and before `to`, oldest first. */
function between(schedule: Schedule, from: number, to: number): readonly number[] {
  const found: number[] = [];
  for (let at = latest(schedule, to - 1); at > from && found.length < MOST; at = latest(schedule, at - 1)) found.push(at);
  return found.toReversed();
}

function isTooLate(schedule: Schedule, at: number, now: number): boolean {
  const following = next(schedule, at);
  return following - now < (following - at) * LATE_SHARE;
}
