import type { Operation } from './operation.ts';
import type { State } from './states.ts';

/** How long an operation waits for approval; half-time brings one reminder. */
export const APPROVE_WITHIN_MS = 30 * 60_000;
/** How long an approved operation may wait to start, locks included. */
export const START_WITHIN_MS = 5 * 60_000;
/** A job may wait longer for a lock, until its next occurrence or so long. */
export const JOB_PATIENCE_MS = 2 * 3_600_000;

export function startWithin({ job }: Pick<Operation, 'job'>): number {
  return job?.patienceMs ?? START_WITHIN_MS;
}

/** Until when it has to have started, once nobody has to be asked any more: counted from the hour that was asked for. */
export function startBy(operation: Pick<Operation, 'job' | 'at'>, now: number): number {
  return Math.max(now, operation.at ?? now) + startWithin(operation);
}

/** Nobody remembers what was planned longer ago. */
export const AT_MOST_MS = 7 * 86_400_000;

/** What takes longer than this mentions its requester when it ends. */
export const MENTION_AFTER_MS = 30_000;
/** A command found later than this after it was typed is not run any more. */
export const COMMAND_FRESH_MS = 60_000;

/** How many operations of one person may wait or run at once: each has a post, and somebody who is asked. */
export const MOST_OPEN = 20;

/** In which vigie, or somebody, still has to do something about one. */
export const UNDER_WAY = ['received', 'waiting', 'approved', 'running'] as const satisfies readonly State[];

/** How many of these somebody asked for. */
export function askedBy(operations: readonly Operation[], requester: string): number {
  return operations.filter((each) => each.job === null && each.requester.id === requester).length;
}
