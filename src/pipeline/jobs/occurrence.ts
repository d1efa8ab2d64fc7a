import { decide } from '#domain/operation/decide.ts';
import type { Commit } from '#domain/operation/commit.ts';
import { JOB_PATIENCE_MS, START_WITHIN_MS } from '#domain/operation/limits.ts';
import { newOperation, VIGIE, type Operation } from '#domain/operation/operation.ts';
import type { Due } from '#domain/schedule/due.ts';
import type { Job } from '#domain/schedule/job.ts';
import { next } from '#domain/schedule/moments.ts';
import type { OccurrenceChange } from '#domain/schedule/schedule.ts';
import { answersOf } from './answers.ts';
import type { JobContext } from './context.ts';

/**
 * Enters what is due: the occurrence with all its operations and what its reads found, and those that were missed, in one commit. Whoever comes second, a
 * replica or vigie after a crash, stores nothing.
 * @throws StoreConflict when it is entered already
 */
export async function enter(context: JobContext, job: Job, { run, skipped }: Due, now: number): Promise<void> {
  const say = run === null ? [] : await answersOf(context, job, run);
  const operations = run === null ? [] : await operationsOf(context, job, run, now);
  const missed = skipped.map(({ dueAt, because }): OccurrenceChange => {
    const occurrence = { job: job.name, dueAt, operations: [], state: 'skipped', because, enteredAt: now, endedAt: now } as const;
    return { kind: 'enter', occurrence };
  });
  const ids = operations.map(({ id }) => id);
  const started = {
    job: job.name,
    dueAt: run ?? 0,
    operations: ids,
    state: 'started',
    because: null,
    enteredAt: now,
    endedAt: null,
  } as const;
  const audit = skipped.map(({ dueAt, because }) => ({
    kind: 'job-skipped',
    operation: null,
    by: 'vigie',
    detail: { job: job.name, due_at: dueAt, because },
  }));
  const commit: Commit = {
    createAll: operations,
    say,
    occurrences: [...missed, ...(run === null ? [] : [{ kind: 'enter', occurrence: started } as const])],
    audit: [...audit, ...operations.flatMap((operation) => requested(operation, now))],
  };
  await context.store.operations.commit(commit);
  context.wake();
}

/** One for each command that does something, each behind the one before. */
async function operationsOf(
  context: JobContext,
  { name, schedule, commands }: Job,
  dueAt: number,
  now: number,
): Promise<readonly Operation[]> {
  const patienceMs = Math.max(START_WITHIN_MS, Math.min(JOB_PATIENCE_MS, next(schedule, dueAt) - dueAt));
  const operations: Operation[] = [];
  for (const { action, target, input } of commands) {
    if (context.entries.get(action)?.handler.kind === 'query') continue;
    operations.push(
      newOperation({
        proof: 'own',
        id: await freshId(
          context,
          operations.map(({ id }) => id),
        ),
        action,
        target,
        input,
        dryRun: false,
        emergency: null,
        requester: VIGIE,
        means: 'schedule',
        place: { channel: context.operationsChannel, root: null, direct: false },
        createdAt: now,
        job: { name, dueAt, after: operations.at(-1)?.id ?? null, patienceMs },
      }),
    );
  }
  return operations;
}

/** The store knows only of those that are stored. */
async function freshId(context: JobContext, taken: readonly string[]): Promise<string> {
  for (;;) {
    const id = await context.store.operations.freshId();
    if (!taken.includes(id)) return id;
  }
}

function requested(operation: Operation, now: number): NonNullable<Commit['audit']> {
  const situation = { operation, votes: [], people: new Map<string, never>() };
  return decide(situation, { kind: 'requested', key: operation.id, operation }, now).audit ?? [];
}
