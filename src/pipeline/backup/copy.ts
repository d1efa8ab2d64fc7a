import { sameContent, type Digest } from '#kernel/digest.ts';
import { problemOf, VigieError } from '#kernel/errors.ts';
import { toJsonObject } from '#kernel/json.ts';
import type { Backup, BackupCopy } from '#domain/backup/backup.ts';
import { manifestPath } from '#domain/backup/path.ts';
import type { Backups } from '#ports/backups.ts';
import type { BackupPlace } from '#ports/places.ts';
import { enter, markDamaged, requireDatabase, type Archive } from './archive.ts';
import { checked } from './checked.ts';
import { headroomFor, within } from './headroom.ts';
import { manifestOf } from './take.ts';

type CopyOptions = Parameters<Backups['copy']>[1];

/** What age adds: a header, and 16 bytes for each 64 KiB. */
const SEAL_GROWTH = 1.001;
const SEAL_HEADER_BYTES = 1_000;

/** A place, and the copy's path there. */
interface CopyTarget extends BackupPlace {
  readonly path: string;
}

/** Copies a backup wherever it isn't yet. Each copy is entered at once: what comes after it may fail. */
export async function copy(archive: Archive, backup: Backup, options: CopyOptions): Promise<Backup> {
  requireDatabase(backup);
  let current = (await archive.store.backups.backup(backup)) ?? backup;
  const failures: unknown[] = [];
  for (const to of archive.places.copies) {
    if (current.copies.some(({ place }) => place === to.place.name)) continue;
    try {
      const made = await copyTo(archive, current, to, options);
      current = { ...current, copies: [...current.copies, made] };
      await enter(archive, 'copied', current);
    } catch (error) {
      if (options.signal.aborted || isOfTheBackup(error)) throw error;
      failures.push(new VigieError('copy_failed', { place: to.place.name, problem: toJsonObject(problemOf(error)) }, error));
    }
  }
  for (const failure of failures) throw failure;
  return current;
}

/** What no other place would fare better with. */
function isOfTheBackup(error: unknown): boolean {
  return error instanceof VigieError && ['backup_damaged', 'store_unavailable'].includes(error.code);
}

async function copyTo(archive: Archive, backup: Backup, to: BackupPlace, options: CopyOptions): Promise<BackupCopy> {
  const { place, sealer } = to;
  const path = sealer === null ? backup.path : `${backup.path}.age`;
  const target = { place, sealer, path };
  const written = (await foundThere(backup, target, options)) ?? (await write(archive, backup, target, options));
  await writeManifest(backup, target, options);
  return { place: place.name, path, at: archive.clock.now(), ...written, sealed: sealer !== null };
}

/**
 * A copy that an earlier try finished is as good as a new one, if its content proves to be the backup's. That of a sealed one
 * can't be looked at: it is made anew.
 */
async function foundThere(backup: Backup, { place, sealer, path }: CopyTarget, options: CopyOptions): Promise<Digest | null> {
  const { signal } = options;
  for (const left of [path, manifestPath(path)]) await place.remove(`${left}.partial`, signal);
  if (sealer === null) {
    const found = await place.digest(path, { signal }).catch(nullWhenUnknown);
    if (found !== null && sameContent(found, backup)) return found;
  }
  await place.remove(path, signal);
  return null;
}

function nullWhenUnknown(error: unknown): null {
  if (error instanceof VigieError && error.code === 'file_unknown') return null;
  throw error;
}

async function write(archive: Archive, backup: Backup, { place, sealer, path }: CopyTarget, options: CopyOptions): Promise<Digest> {
  const { signal } = options;
  const neededBytes = sealer === null ? backup.bytes : Math.ceil(backup.bytes * SEAL_GROWTH) + SEAL_HEADER_BYTES;
  const room = await headroomFor(place, neededBytes, archive.fullPercent, signal);
  const content = checked(backup, await archive.places.main.read(backup.path, signal));
  const written = await place
    .write(path, within(room, sealer === null ? content : sealer.seal(content)), options)
    .catch(async (error: unknown) => {
      if (error instanceof VigieError && error.code === 'backup_damaged') await markDamaged(archive, backup);
      throw error;
    });
  if (sameContent(await place.digest(path, { signal }), written)) return written;
  await place.remove(path, signal);
  throw new VigieError('place_refused', { place: place.name, path, reason: 'what was read back differs from what was written' });
}

/** Sealed with the rest: it names tables and counts rows. */
async function writeManifest(backup: Backup, { place, sealer, path }: CopyTarget, { signal }: CopyOptions): Promise<void> {
  const manifest = manifestOf(backup);
  await place.remove(manifestPath(path), signal);
  await place.write(manifestPath(path), sealer === null ? manifest : sealer.seal(manifest), { signal });
}
