import type { Problem } from '#kernel/errors.ts';
import type { SystemTroubles, Trouble } from '#domain/alert/trouble.ts';
import { staleness, type Expected } from '#domain/backup/freshness.ts';
import type { Job } from '#domain/schedule/job.ts';
import type { Occurrence } from '#domain/schedule/schedule.ts';
import type { Store } from '#ports/store.ts';

type Stores = Pick<Store, 'occurrences' | 'operations' | 'backups'>;

/** What is wrong with jobs and backups now. It is read from the store each time: a restart forgets nothing of it. */
export async function jobTroubles(
  store: Stores,
  jobs: readonly Job[],
  expected: readonly Expected[],
  now: number,
): Promise<SystemTroubles> {
  const failing = await Promise.all(jobs.map((job) => jobTrouble(store, job)));
  const stale = await Promise.all(expected.map((each) => backupTroubles(store, each, now)));
  return { 'vigie:job': failing.filter((each) => each !== null), 'vigie:backup': stale.flat() };
}

/** A job is in trouble from an occurrence that failed, or that nobody ran, until one goes well. */
async function jobTrouble(store: Stores, { name, severity }: Job): Promise<Trouble | null> {
  const last = await store.occurrences.latest(name, 'over');
  if (last === null || last.state === 'succeeded') return null;
  const { problem, operation } = await reasonOf(store, last);
  const document = { problem: { ...problem }, operation, due_at: last.dueAt };
  return { key: { job: name }, since: last.endedAt ?? last.enteredAt, value: operation ?? problem.code, document, severity };
}

async function reasonOf(
  store: Stores,
  { job, dueAt, because, operations }: Occurrence,
): Promise<{ problem: Problem; operation: string | null }> {
  if (because === 'running') return { problem: { code: 'job_running', params: { job, due: dueAt } }, operation: null };
  if (because !== null) return { problem: { code: 'job_late', params: { job, due: dueAt } }, operation: null };
  const found = await Promise.all(operations.map((id) => store.operations.operation(id)));
  const failed = found.find((operation) => operation !== null && operation.state !== 'succeeded') ?? null;
  return {
    problem: failed?.problem ?? { code: 'job_failed', params: { job, state: failed?.state ?? null } },
    operation: failed?.id ?? null,
  };
}

/** More than a target's retention keeps. */
const ENOUGH = 200;

/** One that has no copy may lack more: that is an alert of its own. */
async function backupTroubles({ backups }: Stores, expected: Expected, now: number): Promise<readonly Trouble[]> {
  const { kind, target } = expected;
  const found = staleness(expected, await backups.backups({ kind, target, limit: ENOUGH }), now);
  return found.map(({ since, problem }) => {
    const place = problem.params['place'];
    const key = typeof place === 'string' ? { target, place } : { target };
    return { key, since, value: problem.code, document: { problem: { ...problem } } };
  });
}
