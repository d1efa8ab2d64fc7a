import { sameContent } from '#kernel/digest.ts';
import type { Backup } from '#domain/backup/backup.ts';
import type { Backups } from '#ports/backups.ts';
import type { Place } from '#ports/places.ts';
import { damaged, markDamaged, requireDatabase, type Archive } from './archive.ts';
import { checked } from './checked.ts';

type OpenOptions = Parameters<Backups['open']>[1];

interface Source {
  readonly place: Place;
  readonly path: string;
}

/** Reads a backup whole where it is, and gives its content once that has proved to be what the ledger knows. */
export async function open(archive: Archive, backup: Backup, options: OpenOptions): Promise<AsyncIterable<Uint8Array>> {
  requireDatabase(backup);
  let why: unknown = damaged(backup);
  for (const [index, source] of sourcesOf(archive, backup).entries()) {
    try {
      if (await isWhole(source, backup, options)) return checked(backup, await source.place.read(source.path, options.signal));
      archive.log.error({ backup: backup.id, target: backup.target, place: source.place.name }, 'a backup is damaged');
    } catch (error) {
      if (options.signal.aborted) throw error;
      // What is said is what is wrong with the main place.
      if (index === 0) why = error;
    }
  }
  if (isDamage(why)) await markDamaged(archive, (await archive.store.backups.backup(backup)) ?? backup);
  throw why;
}

/** The main place first, then the copies that vigie can read. */
function sourcesOf({ places }: Archive, backup: Backup): readonly Source[] {
  const copies = places.copies.flatMap(({ place }) => {
    const copy = backup.copies.find((each) => each.place === place.name && !each.sealed);
    return copy === undefined ? [] : [{ place, path: copy.path }];
  });
  return [{ place: places.main, path: backup.path }, ...copies];
}

async function isWhole({ place, path }: Source, backup: Backup, options: OpenOptions): Promise<boolean> {
  return sameContent(await place.digest(path, options), backup);
}

function isDamage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'backup_damaged';
}
