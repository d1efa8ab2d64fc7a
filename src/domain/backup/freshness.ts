import type { Problem } from '#kernel/errors.ts';
import type { Backup } from './backup.ts';
import { unrestorableParams } from './unrestorable.ts';

/** What has to have a backup, and how old its newest good one may be. */
export interface Expected {
  readonly target: string;
  readonly kind: Backup['kind'];
  readonly withinMs: number;
  /** Since when it has to have one, ms: nothing is late before it could have been done. */
  readonly since: number;
  /** Other places that have to have a copy. */
  readonly copies: readonly string[];
}

export interface Staleness {
  readonly since: number;
  readonly problem: Problem;
}

/** Names in a message. */
const SHOWN = 5;
/** How long copying may take before a copy is missed. */
const COPY_MS = 2 * 3_600_000;

/** The newest one that may be relied on; a safety dump of a restore may hold the very damage that it was taken in. */
export function newestGood(backups: readonly Backup[]): Backup | null {
  const good = backups.filter(({ state, prunedAt, purpose }) => state === 'good' && prunedAt === null && purpose === 'routine');
  return good.toSorted((one, other) => other.at - one.at)[0] ?? null;
}

/** All that is wrong with the backups of a target, the worst first. */
export function staleness(expected: Expected, backups: readonly Backup[], now: number): readonly Staleness[] {
  const { target, withinMs, since } = expected;
  const newest = newestGood(backups);
  if (newest === null)
    return now - since <= withinMs ? [] : [{ since: since + withinMs, problem: { code: 'backup_never', params: { target } } }];
  if (now - newest.at > withinMs)
    return [{ since: newest.at + withinMs, problem: { code: 'backup_stale', params: { target, at: newest.at, limit: withinMs } } }];
  return [unrestorableOf(newest), uncopiedOf(expected, newest, now)].filter((each) => each !== null);
}

function unrestorableOf(newest: Backup): Staleness | null {
  const { target, id: backup } = newest;
  // A drill that went well says more than whoever looks at its table of contents.
  if (newest.unrestorable === null && newest.drilledAt === null)
    return { since: newest.at, problem: { code: 'backup_uninspected', params: { target, backup } } };
  if ((newest.unrestorable ?? []).length === 0) return null;
  return { since: newest.at, problem: { code: 'backup_unrestorable', params: unrestorableParams(newest, SHOWN) } };
}

function uncopiedOf({ target, copies }: Expected, newest: Backup, now: number): Staleness | null {
  const missing = copies.find((place) => !newest.copies.some((copy) => copy.place === place));
  if (missing === undefined || now - newest.at <= COPY_MS) return null;
  return { since: newest.at + COPY_MS, problem: { code: 'backup_uncopied', params: { target, place: missing } } };
}
