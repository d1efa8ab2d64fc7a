import { VigieError } from '#kernel/errors.ts';
import { judgeJob, type JobRun } from '#domain/swarm/job.ts';
import type { Clients } from '#ports/clients.ts';
import type { RunContext } from '../definition.ts';
import { LOOK_EVERY_MS, orNothing } from './follow.ts';

type Followed = Pick<RunContext<never, 'swarm', never>, 'signal' | 'pause' | 'progress' | 'step'> & {
  readonly clients: Pick<Clients, 'swarm'>;
};

/**
 * Follows a run of a job until all its tasks have completed; the operation's time-out is the limit, as a job takes what it takes.
 * @param after the run before it
 * @throws service_job_failed with the tasks' own errors
 */
export async function seeJobThrough(context: Followed, service: string, after: number): Promise<{ completed: number; wanted: number }> {
  const run = await context.step('see-job-through', 'repeatable', () => follow(context, service, after));
  if (run.state === 'completed') return { completed: run.completed, wanted: run.wanted };
  const { completed, wanted, failures } = run;
  const newest = failures[0];
  const reason = newest === undefined ? '' : newest.node === null ? newest.error : `${newest.error} (${newest.node})`;
  throw new VigieError('service_job_failed', {
    service,
    completed,
    wanted,
    reason,
    details: { state: 'job-failed', completed, wanted, failures, running: run.running, lost: null },
  });
}

type Ended = Omit<JobRun, 'failures'> & {
  readonly failures: readonly { readonly node: string | null; readonly error: string; readonly count: number }[];
};

async function follow(context: Followed, service: string, after: number): Promise<Ended> {
  const { clients, signal } = context;
  let shown = '';
  for (;;) {
    const run = await orNothing(context, async () =>
      judgeJob(await clients.swarm.service(service, signal), await clients.swarm.tasks(service, signal), after),
    );
    if (run !== null) {
      const ended = { ...run, failures: run.failures.map((failure) => ({ ...failure })) };
      const data = { running: run.completed, wanted: run.wanted, state: 'progressing', failures: ended.failures };
      if (JSON.stringify(data) !== shown) await context.progress(data);
      shown = JSON.stringify(data);
      if (run.state !== 'running') return ended;
    }
    await context.pause(LOOK_EVERY_MS);
  }
}
