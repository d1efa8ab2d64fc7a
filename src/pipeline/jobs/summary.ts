import type { JsonObject } from '#kernel/json.ts';
import { newestGood, staleness, type Expected } from '#domain/backup/freshness.ts';
import { due } from '#domain/schedule/due.ts';
import type { Occurrence } from '#domain/schedule/schedule.ts';
import { problemOf } from '#kernel/errors.ts';
import type { Context } from '../operation/context.ts';
import { jobTroubles } from './troubles.ts';

/** Under this name the store keeps the time of the last summary that was due. */
const FACT = 'jobs-summary';
/** For so long it is kept what became of an occurrence. */
const KEPT_MS = 90 * 86_400_000;
const ENOUGH = 200;

export interface SummaryOptions {
  /** Minutes since midnight, in the zone. */
  readonly minute: number;
  readonly timezone: string;
  readonly expected: (now: number) => Promise<readonly Expected[]>;
}

/** Once a day, one message in the operations channel: what ran, what failed, how old the backups are. It mentions nobody. */
export async function sayJobsSummary(context: Context, { minute, timezone, expected }: SummaryOptions): Promise<void> {
  const { store, clock } = context;
  const now = clock.now();
  const text = await store.cursors.fact(FACT);
  const last = text === null ? now : Math.min(Number(text), now);
  const found = due({ kind: 'at', minute, weekdays: [], timezone }, { since: last, last: null, running: false }, now);
  const newest = found.run ?? found.skipped.at(-1)?.dueAt ?? last;
  if (found.run !== null) {
    const data = await summaryOf(context, await expected(now), last, now);
    // Its key is said once only, however often vigie comes here.
    const to = { channel: context.operationsChannel, root: null, underKey: null };
    const say = {
      kind: 'create',
      key: `jobs-summary:${found.run}`,
      to,
      message: { template: 'notice:jobs-summary', data },
      seeds: [],
    } as const;
    await store.operations.commit({ say: [say] });
    context.wake('sender');
    await store.occurrences.prune(now - KEPT_MS);
  }
  if (String(newest) !== text) await store.cursors.remember(FACT, String(newest));
}

async function summaryOf(context: Context, expected: readonly Expected[], since: number, now: number): Promise<JsonObject> {
  const { store, jobs } = context;
  const entered = await store.occurrences.since(since);
  const troubles = await jobTroubles(store, jobs, expected, now);
  const failures = (troubles['vigie:job'] ?? []).map(({ key, document }) => ({ job: key['job'] ?? '', ...document }));
  const backups = await Promise.all(expected.map((each) => backupLine(context, each, now)));
  return {
    jobs: jobs.map(({ name }) => jobLine(name, entered)),
    failures,
    backups,
    stale: backups.filter(({ problem }) => problem !== null).length,
    places: await placeLines(context),
  };
}

function jobLine(name: string, entered: readonly Occurrence[]) {
  const own = entered.filter(({ job }) => job === name);
  const count = (holds: (each: Occurrence) => boolean): number => own.filter(holds).length;
  return {
    name,
    ran: count(({ state }) => state !== 'skipped'),
    failed: count(({ state }) => state === 'failed'),
    made_up: count(({ because }) => because === 'made-up'),
    skipped: count(({ because }) => because === 'late' || because === 'running'),
  };
}

async function backupLine({ store }: Context, expected: Expected, now: number) {
  const { kind, target } = expected;
  const known = await store.backups.backups({ kind, target, limit: ENOUGH });
  const newest = newestGood(known);
  const problem = staleness(expected, known, now)[0]?.problem ?? null;
  return { target, age: newest === null ? null : Math.max(0, now - newest.at), problem: problem === null ? null : { ...problem } };
}

/** Without backups there are no places; one that can't be asked is no reason to say nothing. */
async function placeLines({ clients, log }: Context): Promise<readonly JsonObject[]> {
  try {
    const places = await clients.backups.places();
    return places.map(({ name, sizeBytes, freeBytes, problem }) => ({
      name,
      size: sizeBytes,
      free: freeBytes,
      problem: problem === null ? null : { ...problem },
    }));
  } catch (error) {
    if (problemOf(error).code !== 'backups_not_configured') log.warn({ error }, 'the places of the backups could not be asked');
    return [];
  }
}
