import { VigieError } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { manifestPath } from '#domain/backup/path.ts';
import { retain } from '#domain/backup/retention.ts';
import type { PruneView } from '#ports/backups.ts';
import type { Place } from '#ports/places.ts';
import { enter, known, requireDatabase, type Archive } from './archive.ts';

/** What retention says of a target once one more good backup was taken at `now`. */
export async function prunable(archive: Archive, target: string, now: number): Promise<PruneView> {
  const there = await known(archive, target);
  const newest = there[0];
  const next =
    newest === undefined ? [] : [{ ...newest, id: '', at: now, state: 'good' as const, purpose: 'routine' as const, drilledAt: null }];
  const rules = archive.keepOf(target);
  const { keep, remove } = retain([...next, ...there], rules, now, archive.timezone);
  const kept = keep.filter(({ backup }) => backup.id !== '');
  const remains = await known(archive, target, 'remains');
  return { remove: [...remains.toReversed(), ...remove], keep: kept.length, atLeastMs: rules.atLeastMs, kept };
}

/**
 * Removes a backup everywhere. It is noted before the first file goes: what is half removed is never offered for a restore. What can't be removed now
 * remains in the ledger for the next time.
 */
export async function prune(archive: Archive, backup: Backup, signal?: AbortSignal): Promise<number> {
  requireDatabase(backup);
  const failures: unknown[] = [];
  let current = await noted(archive, backup);
  let freed = 0;
  for (const { place, path, bytes, without } of filesOf(archive, current)) {
    try {
      freed += (await removePair(place, path, signal)) ? bytes : 0;
      current = without(current);
      await enter(archive, 'removed', current);
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(error);
    }
  }
  for (const failure of failures) throw failure;
  return freed;
}

/** Whether retention lets it go is asked at the last moment, of what the ledger knows now. */
async function noted(archive: Archive, { kind, target, id }: Backup): Promise<Backup> {
  const { keepOf, clock, timezone, store } = archive;
  const current = await store.backups.backup({ kind, target, id });
  if (current === null) throw new VigieError('backup_unknown', { target, backup: id, nearest: null });
  if (current.prunedAt !== null) return current;
  const { remove } = retain(await known(archive, target), keepOf(target), clock.now(), timezone);
  if (!remove.some((each) => each.id === id)) throw new VigieError('backup_kept', { target, backup: id });
  const pruned = { ...current, prunedAt: clock.now() };
  await enter(archive, 'pruned', pruned);
  return pruned;
}

interface StoredFile {
  readonly place: Place;
  readonly path: string;
  readonly bytes: number;
  /** The backup once this file is gone. */
  readonly without: (backup: Backup) => Backup;
}

/** Copies in a place that the configuration doesn't name any more stay where they are. */
function filesOf({ places }: Archive, backup: Backup): readonly StoredFile[] {
  const main: StoredFile = { place: places.main, path: backup.path, bytes: backup.bytes, without: (each) => ({ ...each, path: '' }) };
  const copies = backup.copies.flatMap(({ place: name, path, bytes }): StoredFile[] => {
    const place = places.copies.find((each) => each.place.name === name)?.place;
    const without = (each: Backup): Backup => ({ ...each, copies: each.copies.filter((copy) => copy.place !== name) });
    return place === undefined ? [] : [{ place, path, bytes, without }];
  });
  return backup.path === '' ? copies : [main, ...copies];
}

async function removePair(place: Place, path: string, signal: AbortSignal | undefined): Promise<boolean> {
  await place.remove(manifestPath(path), signal);
  return await place.remove(path, signal);
}
