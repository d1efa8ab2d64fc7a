import { problemOf, VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { backupFolder, manifestPath } from '#domain/backup/path.ts';
import type { Amiss, PlaceView } from '#ports/backups.ts';
import type { BackupPlace, Place } from '#ports/places.ts';
import { known, type Archive } from './archive.ts';

/** How many of a target's backups are looked through for an id. */
const SEARCHED = 1_000;

/** A backup by its id, or by what it begins with where that says which. */
export async function find({ store }: Archive, target: string, id: string): Promise<Backup> {
  const all = await store.backups.backups({ target, limit: SEARCHED });
  const exact = all.find((backup) => backup.id === id);
  if (exact !== undefined) return exact;
  const [first, ...others] = id === '' ? [] : all.filter((backup) => backup.id.startsWith(id));
  if (first !== undefined && others.length === 0) return first;
  throw new VigieError('backup_unknown', {
    target,
    backup: id,
    nearest:
      first?.id ??
      nearest(
        id,
        all.map((backup) => backup.id),
      ),
  });
}

export function views({ places: { main, copies }, fullPercent }: Archive, signal?: AbortSignal): Promise<readonly PlaceView[]> {
  return Promise.all([{ place: main, sealer: null }, ...copies].map((each) => viewOf(each, fullPercent, signal)));
}

async function viewOf({ place, sealer }: BackupPlace, limit: number, signal?: AbortSignal): Promise<PlaceView> {
  const facts = { name: place.name, limit, sealed: sealer !== null };
  try {
    return { ...facts, ...(await place.space(signal)), problem: null };
  } catch (error) {
    signal?.throwIfAborted();
    return { ...facts, sizeBytes: 0, freeBytes: 0, problem: problemOf(error) };
  }
}

/** Files in a target's folder that no backup of the ledger owns. */
export async function strangers(archive: Archive, target: string, signal?: AbortSignal): Promise<readonly string[]> {
  const owned = new Set((await known(archive, target)).flatMap(({ path }) => [path, manifestPath(path)]));
  const files = await archive.places.main.list(backupFolder(target), signal);
  return files.map(({ path }) => path).filter((path) => !owned.has(path));
}

interface Written {
  readonly id: string;
  readonly path: string;
  readonly bytes: number;
}

/** What somebody cut short, or took away, wherever it was: its length tells, without reading it. */
export async function amiss(archive: Archive, target: string, signal?: AbortSignal): Promise<readonly Amiss[]> {
  const { main, copies } = archive.places;
  const backups = await known(archive, target);
  // A copy elsewhere may be all that is left, as the ledger knows.
  const inMain = amissIn(main, target, backups.filter(({ path }) => path !== ''), signal); // prettier-ignore
  const inCopies = copies.map(async ({ place }): Promise<readonly Amiss[]> => {
    const written = backups.flatMap(({ id, copies: own }) =>
      own.filter((copy) => copy.place === place.name).map((copy) => ({ ...copy, id })),
    );
    try {
      return (await amissIn(place, target, written, signal)).map((each) => ({ ...each, place: place.name }));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof VigieError) return [];
      throw error;
    }
  });
  return (await Promise.all([inMain, ...inCopies])).flat();
}

async function amissIn(place: Place, target: string, written: readonly Written[], signal?: AbortSignal): Promise<readonly Amiss[]> {
  if (written.length === 0) return [];
  const files = await place.list(backupFolder(target), signal);
  const lengths = new Map(files.map(({ path, bytes }) => [path, bytes]));
  return written.flatMap(({ id, path, bytes }) => {
    const found = lengths.get(path) ?? null;
    return found === bytes ? [] : [{ id, place: null, found }];
  });
}
