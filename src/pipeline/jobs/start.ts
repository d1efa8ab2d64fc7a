import { startLoop, type Loop } from '#kernel/loop.ts';
import type { Job } from '#domain/schedule/job.ts';
import { next } from '#domain/schedule/moments.ts';
import type { Waker } from '#ports/waker.ts';
import type { FreshWithin } from './expected.ts';
import type { Context } from '../operation/context.ts';
import { lookAtJobs } from './look.ts';

/** Whoever wakes the loop may sleep through an hour: it looks by itself this often. */
const LOOK_MS = 60_000;

export interface JobParts {
  readonly jobs: readonly Job[];
  /** Null: the loop alone looks. */
  readonly waker: Waker | null;
  /** When the summary is said: minutes since midnight; null: never. */
  readonly summaryMinute: number | null;
  readonly within: FreshWithin;
}

/**
 * The loop that finds out what is due. Its memory is the ledger of occurrences: whatever wakes it, and however often.
 * @param after done in each turn, once the look is over
 */
export function startJobs(context: Context, waker: Waker | null, after: () => Promise<void>): Loop {
  const { clock, jobs, log } = context;
  const loop = startLoop(clock, async () => {
    try {
      await lookAtJobs(context);
      await after();
    } catch (error) {
      log.error({ error }, 'the jobs could not be looked at');
    }
    const now = clock.now();
    return Math.max(1, Math.min(LOOK_MS, ...jobs.map(({ schedule }) => next(schedule, now) - now)));
  });
  const waking = waker?.start(
    jobs.map(({ schedule }) => schedule),
    () => loop.wake(),
  );
  return {
    wake: () => loop.wake(),
    async stop() {
      await waking?.stop();
      await loop.stop();
    },
  };
}
