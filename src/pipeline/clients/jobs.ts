import type { Job } from '#domain/schedule/job.ts';
import { next } from '#domain/schedule/moments.ts';
import type { JobsReader, JobView } from '#ports/jobs.ts';
import type { Store } from '#ports/store.ts';

/** Jobs as people see them: what they do, how the last run went, when the next one is. */
export function jobsReader(jobs: readonly Job[], store: Pick<Store, 'occurrences'>, now: () => number): JobsReader {
  return { list: () => Promise.all(jobs.map((job) => viewOf(job, store, now()))) };
}

async function viewOf({ name, schedule, commands }: Job, { occurrences }: Pick<Store, 'occurrences'>, now: number): Promise<JobView> {
  const last = await occurrences.latest(name);
  return {
    name,
    schedule,
    commands: commands.map(({ text }) => text),
    last,
    lastMs: last?.endedAt == null ? null : last.endedAt - last.enteredAt,
    next: next(schedule, now),
  };
}
