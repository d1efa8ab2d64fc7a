import type { ClientAnswer } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed } from '../failures.ts';
import type { Archive } from './archive.ts';
import type { MadeSchemas } from './extensions.ts';
import type { Loader } from './loader.ts';
import { givePassedOn } from './passed-on.ts';
import { connectionArgs } from './psql.ts';
import type { RestoreList } from './restore-list.ts';
import { type Listed, restoreListed } from './script.ts';
import { isGrant, isLeftOut, type TocEntry } from './toc.ts';

/** What is loaded, into which new database, and as whom. */
export interface Loading {
  readonly database: string;
  readonly loader: Loader;
  readonly archive: Archive;
  /** One that was begun before. */
  readonly list?: RestoreList;
}

/** Everything but rights: all of it, or nothing. @param schemas that are there already */
export async function restore(server: Server, loading: Loading, { names, open }: MadeSchemas, signal?: AbortSignal): Promise<void> {
  const { archive } = loading;
  const made = ({ kind, rest }: TocEntry): boolean => {
    const commented = kind === 'COMMENT' ? (/^- SCHEMA (\S+)/u.exec(rest)?.[1] ?? '') : '';
    return (kind === 'SCHEMA' && names.has(rest.split(' ')[1] ?? '')) || (names.has(commented) && !open.includes(commented));
  };
  const entries = archive.toc.filter((entry) => !isGrant(entry) && !isLeftOut(entry) && !made(entry));
  // Where a table lies belongs to the server: what is loaded lies where its database does.
  const options = [...(isInOne(entries, loading.loader) ? ['--single-transaction'] : []), '--exit-on-error', '--no-privileges', '--no-tablespaces']; // prettier-ignore
  const answer = await pgRestore(server, loading, { entries, options, input: archive.whole }, signal);
  if (answer.code !== 0) throw await failed(server, 'import_failed', answer);
}

/** Locks that a new table takes: its own, and those of where its long values are. */
const OF_A_TABLE = 3;

/** Whether the server can remember the locks of all that is made until the end. Where it can't, what was made stays where something goes wrong: in a database of vigie's own, which is dropped. */
function isInOne(entries: readonly TocEntry[], { locks }: Loader): boolean {
  const wanted = entries.reduce((sum, { kind }) => sum + (kind === 'TABLE' ? OF_A_TABLE : 1), 0);
  return wanted < locks;
}

/** What may go wrong with a right: whom it was for is gone, or the thing is part of an extension. */
const HARMLESS = /role ".*" does not exist|permission denied for|must be owner of/u;
const PASSED_ON = /permission denied to set session authorization/u;

/** What each may do with it. */
export async function restoreGrants(server: Server, loading: Loading, signal?: AbortSignal): Promise<void> {
  const { archive } = loading;
  const entries = archive.toc.filter(isGrant);
  if (entries.length === 0) return;
  const answer = await pgRestore(server, loading, { entries, options: [], input: archive.beginning() }, signal);
  const errors = answer.stderr
    .split('\n')
    .filter((line) => line.includes('ERROR:') || /^pg_restore: error: (?!could not execute query)/u.test(line));
  if (answer.code === 0) return;
  if (errors.length === 0 || !errors.every((line) => HARMLESS.test(line) || PASSED_ON.test(line)))
    throw await failed(server, 'import_failed', answer);
  if (!errors.some((line) => PASSED_ON.test(line))) return;
  await givePassedOn(server, { database: loading.database, loader: loading.loader.role, archive }, signal);
}

/** Into the database that is loaded, as its loader. */
async function pgRestore(
  server: Server,
  { database, loader: { access }, list }: Loading,
  { entries, options, input }: Omit<Listed, 'access'>,
  signal?: AbortSignal,
): Promise<ClientAnswer> {
  return await restoreListed(
    server,
    { entries, options: [...options, ...connectionArgs(access, database)], input, access, ...(list === undefined ? {} : { list }) },
    signal,
  );
}
