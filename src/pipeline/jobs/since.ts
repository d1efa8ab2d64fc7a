import { z } from 'zod';
import type { Job } from '#domain/schedule/job.ts';
import type { Cursors } from '#ports/store.ts';

/** Under this name the store keeps since when each job has its schedule. */
const FACT = 'jobs-since';
const schema = z.record(z.string(), z.object({ schedule: z.string(), since: z.number() }));

export type Since = ReadonlyMap<string, number>;

/**
 * Since when each job has the schedule that it has: what would have been due before is none of its business. A moment that lies ahead
 * was noted by a clock that went wrong.
 */
export async function sinceWhen(jobs: readonly Job[], facts: Pick<Cursors, 'fact' | 'remember'>, now: number): Promise<Since> {
  const text = await facts.fact(FACT);
  const known = text === null ? {} : schema.parse(JSON.parse(text));
  const fresh = Object.fromEntries(
    jobs.map((job) => {
      const schedule = JSON.stringify(job.schedule);
      const before = known[job.name];
      const stays = before !== undefined && before.schedule === schedule && before.since <= now;
      return [job.name, stays ? before : { schedule, since: now }];
    }),
  );
  const after = JSON.stringify(fresh);
  if (after !== text) await facts.remember(FACT, after);
  return new Map(Object.entries(fresh).map(([name, { since }]) => [name, since]));
}
