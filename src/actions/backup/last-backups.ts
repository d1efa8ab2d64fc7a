import { VigieError } from '#kernel/errors.ts';
import { newestGood } from '#domain/backup/freshness.ts';
import type { Backup } from '#domain/backup/backup.ts';
import type { ReadClients } from '#ports/clients.ts';

/** More than there are of a week. */
const MOST = 1_000;

/** How things stand with what vigie does by itself: the age of each target's newest good backup (null: none), and the jobs that failed. Nothing where none of it is configured. */
export async function lastBackups({ backups, jobs, self }: Pick<ReadClients, 'backups' | 'jobs' | 'self'>) {
  const known = await orNone(backups.list({ target: null, limit: MOST }));
  const listed = await orNone(jobs.list());
  const now = self.now();
  return {
    backups: [...Map.groupBy(known, ({ kind, target }) => `${kind}:${target}`).values()].map((list) => lineOf(list, now)),
    failing_jobs: listed
      .filter(({ last }) => last !== null && last.state !== 'succeeded' && last.state !== 'started')
      .map(({ name }) => name),
  };
}

function lineOf(list: readonly Backup[], now: number) {
  const newest = newestGood(list);
  return { target: list[0]?.target ?? '', age: newest === null ? null : Math.max(0, now - newest.at) };
}

async function orNone<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof VigieError && (error.code === 'backups_not_configured' || error.code === 'jobs_not_configured')) return [];
    throw error;
  }
}
