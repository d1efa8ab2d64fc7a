import { wallTime } from '#kernel/zoned-time.ts';
import type { Backup } from './backup.ts';

/**
 * Which backups stay, with the meaning that restic gives to these words (`restic forget --keep-…`): the rules add up, a backup stays if one of them wants it.
 * With no rule at all everything stays.
 */
export interface Keep {
  /** All that were taken less than this before the newest one: not before now, so that nothing goes while nothing comes. 0: no such rule. */
  readonly withinMs: number;
  /** The newest so many, and the newest so many of those that a job asked for: whoever asks for others as often as they like pushes none of these out. */
  readonly last: number;
  /** The newest one of each of so many days that have one, by the calendar of vigie's time zone; weeks are ISO's. */
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly yearly: number;
  /** Nothing that is younger than this ever goes, however many there are: no rule, but a hold on all of them. */
  readonly atLeastMs: number;
}

export type KeepRule = 'within' | 'last' | 'daily' | 'weekly' | 'monthly' | 'yearly';

/** Why a backup stays: what the rules say, or what holds whatever they say. */
export type KeepReason = KeepRule | 'newest' | 'drilled' | 'safety' | 'at_least' | 'nothing_newer_is_good' | 'from_the_future' | 'no_rules';

export interface Retention {
  readonly keep: readonly { readonly backup: Backup; readonly why: readonly KeepReason[] }[];
  /** Oldest first. */
  readonly remove: readonly Backup[];
}

const DAY_MS = 86_400_000;
const SAFETY_MS = 7 * DAY_MS;

/**
 * Judges the backups of one target. Only good ones count, and no safety dumps: these stay for a week, as long as what they saved can be wanted back. A suspect one stays as long as it would if it were good, and takes nobody's place; a bad one goes. Neither goes
 * before something newer is good. The newest good one and the newest drilled one never go, nor does what is younger than the rules' `atLeastMs`, and nothing goes that says it was taken after
 * `now`: a clock was wrong.
 * @param backups all that the ledger knows of the target; removed ones are passed over
 */
export function retain(backups: readonly Backup[], keep: Keep, now: number, timezone: string): Retention {
  const there = backups.filter(({ prunedAt }) => prunedAt === null).toSorted(newestFirst);
  const good = there.filter(isGood);
  const counted = good.filter(({ at }) => at <= now);
  const wanted = wantedBy(counted, keep, timezone);
  const judged = there.map((backup) => ({ backup, why: [...heldBy(backup), ...ruledBy(backup)] }));
  return {
    keep: judged.filter(({ why }) => why.length > 0),
    remove: judged
      .filter(({ why }) => why.length === 0)
      .map(({ backup }) => backup)
      .toReversed(),
  };

  function heldBy(backup: Backup): readonly KeepReason[] {
    const holds: readonly [KeepReason, boolean][] = [
      ['newest', backup === good[0] || backup === counted[0]],
      ['drilled', backup === there.find(isDrilled)],
      ['safety', isSafety(backup) && backup.at > now - SAFETY_MS],
      ['at_least', backup.at <= now && backup.at > now - keep.atLeastMs],
      ['from_the_future', backup.at > now],
      ['nothing_newer_is_good', !isGood(backup) && !isSafety(backup) && !counted.some(({ at }) => at > backup.at)],
      ['no_rules', !hasRules(keep)],
    ];
    return holds.filter(([, held]) => held).map(([reason]) => reason);
  }

  function ruledBy(backup: Backup): readonly KeepReason[] {
    if (backup.state === 'bad' || isSafety(backup) || backup.at > now) return [];
    if (isGood(backup)) return wanted.get(backup) ?? [];
    return wantedBy([...counted, backup].toSorted(newestFirst), keep, timezone).get(backup) ?? [];
  }
}

function hasRules({ atLeastMs: _, ...rules }: Keep): boolean {
  return Object.values(rules).some((amount: number) => amount > 0);
}

function isGood({ state, purpose }: Backup): boolean {
  return state === 'good' && purpose === 'routine';
}

/** A suspect one that a drill restored proved what it is. */
function isDrilled(backup: Backup): boolean {
  return backup.drilledAt !== null && backup.state !== 'bad' && !isSafety(backup);
}

function isSafety({ purpose }: Backup): boolean {
  return purpose === 'safety';
}

/** Of two of the same moment the order is the same on every look. */
function newestFirst(one: Backup, other: Backup): number {
  return other.at - one.at || (other.id < one.id ? -1 : 1);
}

/** @param sorted newest first */
function wantedBy(sorted: readonly Backup[], keep: Keep, timezone: string): ReadonlyMap<Backup, readonly KeepRule[]> {
  const wanted = new Map<Backup, KeepRule[]>();
  const want = (rule: KeepRule, backups: Iterable<Backup>): void => {
    for (const backup of backups) wanted.set(backup, [...(wanted.get(backup) ?? []), rule]);
  };
  const newest = sorted[0]?.at ?? 0;
  want(
    'within',
    sorted.filter(({ at }) => at > newest - keep.withinMs),
  );
  const scheduled = sorted.filter((backup) => backup.scheduled);
  want('last', new Set([...sorted.slice(0, keep.last), ...scheduled.slice(0, keep.last)]));
  const used = BUCKETS.filter(([rule]) => keep[rule] > 0);
  const walls = used.length === 0 ? [] : sorted.map(({ at }) => wallTime(at, timezone));
  for (const [rule, bucketOf] of used) want(rule, newestOfEach(sorted, keep[rule], walls.map(bucketOf)));
  return wanted;
}

/**
 * The newest one of each of the last so many periods that have one. While there are fewer periods than that the oldest one stays as well, as restic has it: else it would
 * go before the next period has one, and history would never grow longer.
 */
function newestOfEach(sorted: readonly Backup[], count: number, buckets: readonly string[]): ReadonlySet<Backup> {
  const first = sorted.filter((_, index) => buckets.indexOf(buckets[index] ?? '') === index);
  const kept = new Set(first.slice(0, count));
  const oldest = sorted.at(-1);
  if (oldest !== undefined && kept.size < count) kept.add(oldest);
  return kept;
}

/** The period of a wall time. */
const BUCKETS: readonly (readonly [Exclude<KeepRule, 'within' | 'last'>, (wall: number) => string])[] = [
  ['daily', (wall) => new Date(wall).toISOString().slice(0, 10)],
  ['weekly', (wall) => String(mondayOf(wall))],
  ['monthly', (wall) => new Date(wall).toISOString().slice(0, 7)],
  ['yearly', (wall) => new Date(wall).toISOString().slice(0, 4)],
];

/** 1 January 1970 was a Thursday. */
function mondayOf(wall: number): number {
  return Math.floor((wall / DAY_MS + 3) / 7);
}
