import { VigieError } from '#kernel/errors.ts';
import { newestGood, staleness, type Expected } from '#domain/backup/freshness.ts';
import type { Backup } from '#domain/backup/backup.ts';
import type { ReadClients } from '#ports/clients.ts';

/** More than there are of a week. */
const MOST = 1_000;

/**
 * How things stand with what vigie does by itself: the age of each target's newest good backup (null: none), those that are older than they may be or never
 * were, and the jobs that failed. Nothing where none of it is configured.
 */
export async function lastBackups({ backups, jobs, self }: Pick<ReadClients, 'backups' | 'jobs' | 'self'>) {
  const known = await orNone(backups.list({ target: null, limit: MOST }));
  const listed = await orNone(jobs.list());
  const now = self.now();
  const groups = Map.groupBy(known, ({ kind, target }) => `${kind}:${target}`);
  const expected = await jobs.expected();
  const judged = await Promise.all(expected.map(async (each) => judge(each, await allOf(each, groups, backups), now)));
  const lines = [...groups].map(([name, list]) => ({ name, ...lineOf(list, now) }));
  return {
    backups: [
      ...lines.map(({ name, ...line }) => judged.find((each) => each.name === name)?.line ?? line),
      ...judged.filter(({ name }) => !groups.has(name)).map(({ line }) => line),
    ],
    late: judged.flatMap(({ late }) => late ?? []),
    failing_jobs: listed
      .filter(({ last }) => last !== null && last.state !== 'succeeded' && last.state !== 'started')
      .map(({ name }) => name),
  };
}

/** Where the newest ones of all hold none that is good, older ones of the target are looked through. */
async function allOf(
  { kind, target }: Expected,
  groups: ReadonlyMap<string, readonly Backup[]>,
  { list }: Pick<ReadClients['backups'], 'list'>,
): Promise<readonly Backup[]> {
  const known = groups.get(`${kind}:${target}`) ?? [];
  return newestGood(known) === null ? (await orNone(list({ target, limit: MOST }))).filter((backup) => backup.kind === kind) : known;
}

/** What a target has to have, against what it has. */
function judge(expected: Expected, known: readonly Backup[], now: number) {
  const { kind, target, withinMs } = expected;
  const line = { ...lineOf(known, now), target };
  const isLate = staleness(expected, known, now).some(({ problem: { code } }) => LATE.has(code));
  return { name: `${kind}:${target}`, line, late: isLate ? { ...line, within: withinMs } : null };
}

/** Of what may be wrong with backups; the rest is an alert's. */
const LATE: ReadonlySet<string> = new Set(['backup_never', 'backup_stale']);

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
