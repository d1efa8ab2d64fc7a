import type { Backup } from './backup.ts';

/** The newest one that nobody needs to think about: good, and no safety dump. @param before at or before this moment */
export function newestGood(backups: readonly Backup[], before = Number.POSITIVE_INFINITY): Backup | null {
  return newestFirst(backups).find(({ state, purpose, at }) => state === 'good' && purpose === 'routine' && at <= before) ?? null;
}

/** On either side of the one that was picked, so that people see what they might have taken instead. */
const BESIDE = 2;

/** The picked one with its neighbours in time, newest first, whatever their state. */
export function around(backups: readonly Backup[], picked: Backup): readonly Backup[] {
  const all = newestFirst(backups);
  const at = all.findIndex(({ id }) => id === picked.id);
  return all.slice(Math.max(0, at - BESIDE), at + BESIDE + 1);
}

function newestFirst(backups: readonly Backup[]): readonly Backup[] {
  return backups.filter(({ prunedAt }) => prunedAt === null).toSorted((one, other) => other.at - one.at || other.id.localeCompare(one.id));
}
