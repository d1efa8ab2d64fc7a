import type { Server } from '../dialect.ts';
import { failed } from '../failures.ts';
import type { Archive } from './archive.ts';
import type { MadeSchemas } from './extensions.ts';
import { type Loader, loaderAccess } from './loader.ts';
import { givePassedOn } from './passed-on.ts';
import { connectionArgs } from './psql.ts';
import { NO_OWNER, ReadyRestore } from './script.ts';
import { isGrant, isLeftOut, ownerIn, type TocEntry } from './toc.ts';

/** What is loaded, into which new database, and as whom. */
export interface Loading {
  readonly database: string;
  readonly loader: Loader;
  readonly archive: Archive;
}

/** The client that loads a new database, as its loader will be. */
export function readyFor(server: Server, database: string, signal?: AbortSignal): ReadyRestore {
  return new ReadyRestore(server, [NO_OWNER, ...connectionArgs({ ...loaderAccess(server, database), hurried: true }, database)], signal);
}

/** Everything but rights: all of it, or nothing. @param schemas that are there already */
export async function restore(
  server: Server,
  {
    archive,
    loader,
    client,
    roles,
  }: Pick<Loading, 'archive' | 'loader'> & { readonly client: ReadyRestore; readonly roles: readonly string[] },
  { names, open }: MadeSchemas,
): Promise<void> {
  const made = (entry: TocEntry): boolean => {
    const { kind, rest } = entry;
    const [, word = '', name = ''] = /^- (SCHEMA )?(.*)$/u.exec(rest.slice(0, -ownerIn(entry, roles).length - 1)) ?? [];
    if (kind === 'SCHEMA') return names.has(`${word}${name}`);
    const commented = name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
    return kind === 'COMMENT' && word !== '' && names.has(commented) && !open.includes(commented);
  };
  const entries = archive.toc.filter((entry) => !isGrant(entry) && !isLeftOut(entry) && !made(entry));
  // Where a table lies belongs to the server: what is loaded lies where its database does.
  const options = [...(isInOne(entries, loader) ? ['--single-transaction'] : []), '--exit-on-error', '--no-privileges', '--no-tablespaces']; // prettier-ignore
  const answer = await client.run({ entries, options, input: archive.whole, password: loader.password });
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

/** What each may do with it. @param script of it */
export async function restoreGrants(server: Server, loading: Loading, script: Promise<string>, signal?: AbortSignal): Promise<void> {
  const { archive } = loading;
  const entries = archive.toc.filter(isGrant);
  if (entries.length === 0) return;
  const client = readyFor(server, loading.database, signal);
  const answer = await client.run({ entries, options: [], input: archive.beginning(), password: loading.loader.password });
  const errors = answer.stderr
    .split('\n')
    .filter((line) => line.includes('ERROR:') || /^pg_restore: error: (?!could not execute query)/u.test(line));
  if (answer.code === 0) return;
  if (errors.length === 0 || !errors.every((line) => HARMLESS.test(line) || PASSED_ON.test(line)))
    throw await failed(server, 'import_failed', answer);
  if (!errors.some((line) => PASSED_ON.test(line))) return;
  await givePassedOn(server, { database: loading.database, loader: loading.loader.role, script: await script }, signal);
}
