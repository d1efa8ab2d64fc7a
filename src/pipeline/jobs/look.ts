import { due } from '#domain/schedule/due.ts';
import type { Job } from '#domain/schedule/job.ts';
import { StoreConflict } from '#ports/store.ts';
import type { JobContext } from './context.ts';
import { enter } from './occurrence.ts';
import { endOver } from './over.ts';
import { sinceWhen } from './since.ts';

/** Looks once at all jobs: ends what is over, and enters what is due. One job that fails doesn't hold up the others. */
export async function lookAtJobs(context: JobContext): Promise<void> {
  const now = context.clock.now();
  await endOver(context);
  const since = await sinceWhen(context.jobs, context.store.cursors, now);
  for (const job of context.jobs) {
    try {
      await lookAt(context, job, since.get(job.name) ?? now, now);
    } catch (error) {
      if (!(error instanceof StoreConflict)) context.log.error({ job: job.name, error }, 'a job could not be looked at');
    }
  }
}

async function lookAt(context: JobContext, job: Job, since: number, now: number): Promise<void> {
  const { occurrences, operations } = context.store;
  if (await occurrences.ahead(job.name, now)) {
    const audit = [{ kind: 'job-clock-back', operation: null, by: 'vigie', detail: { job: job.name, now } }];
    await operations.commit({ occurrences: [{ kind: 'forget', job: job.name, after: now }], audit });
  }
  const newest = await occurrences.newest(job.name, now);
  const running = (await occurrences.open()).some((open) => open.job === job.name);
  const found = due(job.schedule, { since, last: newest?.dueAt ?? null, running }, now);
  if (found.run === null && found.skipped.length === 0) return;
  context.log.info({ job: job.name, ...found }, found.run === null ? 'a job is skipped' : 'a job is due');
  await enter(context, job, found, now);
}
