import type { Expected } from '#domain/backup/freshness.ts';
import type { Job } from '#domain/schedule/job.ts';
import { next } from '#domain/schedule/moments.ts';
import type { JobsReader, JobView } from '#ports/jobs.ts';
import type { Store } from '#ports/store.ts';
import { NO_JOBS } from './missing.ts';

export interface JobSources {
  readonly jobs: readonly Job[];
  readonly store: Pick<Store, 'occurrences'>;
  readonly now: () => number;
  /** What has to have backups at a moment. */
  readonly expected: (now: number) => Promise<readonly Expected[]>;
}

/** Jobs as people see them: what they do, how the last run went, when the next one is. */
export function jobsReader({ jobs, store, now, expected }: JobSources): JobsReader {
  const views = () => Promise.all(jobs.map((job) => viewOf(job, store, now())));
  return { list: jobs.length === 0 ? () => NO_JOBS.list() : views, expected: () => expected(now()) };
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
