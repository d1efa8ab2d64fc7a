import { sameContent, type Digest } from '#kernel/digest.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Backup, BackupFlaw, DatabaseProperties } from '#domain/backup/backup.ts';
import { bounded, type Catalogue } from '#domain/backup/catalogue.ts';
import { dumpedTables } from '#domain/backup/tables.ts';
import { backupFolder, dumpPath, isOf, manifestPath } from '#domain/backup/path.ts';
import type { Databases, TableCount } from '#ports/databases.ts';
import type { TakeOptions } from '#ports/backups.ts';
import type { Place } from '#ports/places.ts';
import { damaged, enter, known, type Archive } from './archive.ts';
import { headroomFor, within } from './headroom.ts';

/** A dump may grow by a fifth from one to the next before its place is found too small. */
const GROWTH = 1.2;
/** Below this a size says nothing: an empty wiki doubles with its first page. */
const TELLING_BYTES = 1_000_000;
/** What is broken off for so long, nobody writes any more. */
const STALE_MS = 86_400_000;

/** Dumps a database into the main place, and enters what was read back from there. */
export async function take(archive: Archive, database: string, options: TakeOptions): Promise<Backup> {
  const { operation, scheduled, purpose = 'routine', signal, progress } = options;
  const { databases, places, clock } = archive;
  const entered = await archive.store.backups.backup({ kind: 'database', target: database, id: operation });
  if (entered !== null) return entered;
  const facts = databases.facts(database);
  await clearAway(archive, database, operation, signal);
  const last = (await known(archive, database)).find((each) => each.state !== 'bad' && each.purpose === 'routine');
  const room = await headroomFor(places.main, Math.ceil((last?.bytes ?? 0) * GROWTH), archive.fullPercent, signal);
  const [before, catalogue, properties] = await Promise.all([
    count(databases, database, signal),
    catalogueOf(databases, database, signal),
    propertiesOf(databases, database, signal),
  ]);
  const at = clock.now();
  const path = dumpPath(database, at, operation);
  const content = notEmpty(database, within(room, databases.dump(database, signal)));
  const written = await places.main.write(path, content, { signal, progress });
  const after = await count(databases, database, signal);
  const backup: Backup = {
    id: operation,
    kind: 'database',
    target: database,
    at,
    ...judged(written.bytes, last),
    path,
    ...written,
    origin: `${facts.engine} ${before.version}`,
    tables: before.uncounted === null ? dumpedTables(before.tables, after.uncounted === null ? after.tables : before.tables) : [],
    uncounted: before.uncounted,
    catalogue,
    properties,
    drilledAt: null,
    copies: [],
    prunedAt: null,
    scheduled,
    purpose,
  };
  await readBack(places.main, backup, written, signal);
  const unrestorable = await inspected(archive, backup, signal);
  const found = { ...backup, unrestorable };
  await places.main.write(manifestPath(path), manifestOf(found), { signal });
  await enter(archive, 'taken', found);
  return found;
}

interface Count {
  readonly version: string;
  readonly tables: readonly TableCount[];
  readonly uncounted: string | null;
}

/** Whoever can't count dumps all the same: no count is no reason to have no backup. */
async function count(databases: Databases, database: string, signal: AbortSignal): Promise<Count> {
  try {
    const { version, tables } = await databases.look(database, undefined, signal);
    return { version, tables, uncounted: null };
  } catch (error) {
    if (!isRefused(error)) throw error;
    const { version } = await databases.identity(database, signal);
    return { version, tables: [], uncounted: String(error.params['reason']) };
  }
}

async function catalogueOf(databases: Databases, database: string, signal: AbortSignal): Promise<Catalogue | null> {
  try {
    const found = await databases.catalogue(database, undefined, signal);
    return found === null ? null : bounded(found);
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}

async function propertiesOf(databases: Databases, database: string, signal: AbortSignal): Promise<DatabaseProperties | null> {
  try {
    return await databases.properties(database, signal);
  } catch (error) {
    if (isRefused(error)) return null;
    throw error;
  }
}

function isRefused(error: unknown): error is VigieError {
  return error instanceof VigieError && error.code === 'database_refused';
}

/**
 * What an earlier try of this operation left goes, a whole file included: it isn't in the ledger, so nothing proves that it is what vigie wrote.
 * So do other tries that broke off long ago.
 */
async function clearAway({ places: { main }, clock }: Archive, database: string, operation: string, signal: AbortSignal): Promise<void> {
  const folder = backupFolder(database);
  const [files, partials] = [await main.list(folder, signal), await main.partials(folder, signal)];
  const stale = partials.filter(({ writtenAt }) => writtenAt < clock.now() - STALE_MS);
  const own = [...files, ...partials].filter(({ path }) => isOf(operation, path));
  for (const path of new Set([...own, ...stale].map((file) => file.path))) await main.remove(path, signal);
}

async function* notEmpty(database: string, dump: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let empty = true;
  for await (const chunk of dump) {
    empty &&= chunk.length === 0;
    yield chunk;
  }
  if (empty) throw new VigieError('dump_empty', { database });
}

/** A size far from the last one is kept: it may be what happened. The next one is compared with it. */
function judged(bytes: number, last: Backup | undefined): { readonly state: Backup['state']; readonly reason: BackupFlaw | null } {
  const reason = last === undefined ? null : flawOf(bytes, last.bytes);
  return { state: reason === null ? 'good' : 'suspect', reason };
}

function flawOf(bytes: number, lastBytes: number): BackupFlaw | null {
  if (Math.max(bytes, lastBytes) < TELLING_BYTES) return null;
  if (bytes * 2 < lastBytes) return 'smaller';
  return bytes > lastBytes * 2 ? 'larger' : null;
}

/** A disk that gives back something else than it was given has no backup on it. */
async function readBack(main: Place, backup: Backup, written: Digest, signal: AbortSignal): Promise<void> {
  if (sameContent(await main.digest(backup.path, { signal }), written)) return;
  await main.remove(backup.path, signal);
  throw damaged(backup);
}

/** Found out now, and not in the night on which it is wanted. One that can't be read at all is no backup. */
async function inspected(
  { databases, places: { main } }: Archive,
  { target, path }: Backup,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  try {
    return await databases.inspect(target, await main.read(path, signal), signal);
  } catch (error) {
    // The dump is there; that nobody could tell is told.
    if (isRefused(error)) return null;
    throw error;
  }
}

/** For people, who may find it beside the dump when vigie is gone. Nothing of it is ever believed. */
export async function* manifestOf(backup: Backup): AsyncGenerator<Uint8Array> {
  const { copies: _copies, prunedAt: _prunedAt, drilledAt: _drilledAt, catalogue: _catalogue, properties: _properties, ...facts } = backup;
  yield Buffer.from(`${JSON.stringify({ ...facts, takenAt: new Date(backup.at).toISOString() }, null, 2)}\n`);
}
