import { randomBytes } from 'node:crypto';
import { askClient, type ClientAnswer } from '../client.ts';
import type { Loadable, Server } from '../dialect.ts';
import { failed } from '../failures.ts';
import { type Archive, given, openArchive } from './archive.ts';
import { makeExtensions } from './extensions.ts';
import { handOver, type Loader, makeLoader, ownerFor, retire } from './loader.ts';
import { likeLiveDefaults } from './default-rights.ts';
import { lastOwner, roleNames } from './owners.ts';
import { connectionArgs, pgClient } from './psql.ts';
import { isOn, labelOf, unrestorable, writingIntoExtensions } from './restorable.ts';
import { isGrant, isLeftOut, ownersOf, type TocEntry } from './toc.ts';

const CLEAN_UP_MS = 60_000;

/**
 * Loads an archive as a role that owns the new database and may nothing else: what a dump tells the server to do, it does as somebody without rights. Afterwards each thing goes to whose it is, if
 * that is an ordinary role. Nothing of the archive ever passes through psql, whose commands would run outside of the server.
 */
export async function load(server: Server, database: string, { dump, without }: Loadable, signal?: AbortSignal): Promise<void> {
  const archive = leftOut(await openArchive(server, dump, signal), without);
  const schemas = await makeExtensions(server, database, archive.toc, signal);
  const owners = ownersOf(archive.toc, await roleNames(server, signal));
  const owner = await ownerFor(server, owners, signal);
  const loader = await makeLoader(server, database, signal);
  try {
    const writing = { database, role: loader.role, toc: archive.toc };
    await writingIntoExtensions(server, writing, () => restore(server, { database, loader, archive }, schemas, signal), signal);
    await restoreGrants(server, { database, loader, archive }, signal);
    const fallback = owners.length > 1 ? lastOwner(server.facts.database) : owner;
    await handOver(server, { database, loader: loader.role, toc: archive.toc, fallback, owner }, signal);
    await likeLiveDefaults(server, database, signal);
  } catch (error) {
    // What went wrong is told; a role that could not be removed has no way in but a password that nobody knows, and is found again.
    await retire(server, database, owner, AbortSignal.timeout(CLEAN_UP_MS)).catch(() => undefined);
    throw error;
  }
}

/** Without what vigie can't make again, by the labels that `inspect` gave it. */
function leftOut(archive: Archive, without: readonly string[]): Archive {
  const left = archive.toc.filter((entry) => without.includes(labelOf(entry)));
  return left.length === 0 ? archive : { ...archive, toc: archive.toc.filter((entry) => !left.includes(entry) && !isOn(left, entry)) };
}

/** What of an archive a restore would have to leave out. */
export async function inspect(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]> {
  const { toc, end } = await openArchive(server, dump, signal);
  await end();
  return (await unrestorable(server, toc, signal)).map(labelOf);
}

/** What is loaded, into which new database, and as whom. */
interface Loading {
  readonly database: string;
  readonly loader: Loader;
  readonly archive: Archive;
}

/** Everything but rights: all of it, or nothing. @param schemas that are there already */
async function restore(server: Server, loading: Loading, schemas: ReadonlySet<string>, signal?: AbortSignal): Promise<void> {
  const { archive } = loading;
  const made = ({ kind, rest }: TocEntry): boolean => kind === 'SCHEMA' && schemas.has(rest.split(' ')[1] ?? '');
  const entries = archive.toc.filter((entry) => !isGrant(entry) && !isLeftOut(entry) && !made(entry));
  // Where a table lies belongs to the server: what is loaded lies where its database does.
  const options = ['--single-transaction', '--exit-on-error', '--no-privileges', '--no-tablespaces'];
  const answer = await pgRestore(server, loading, { entries, options, input: archive.whole }, signal);
  if (answer.code !== 0) throw await failed(server, 'import_failed', answer);
}

/** What may go wrong with a right: whom it was for is gone, or the thing is part of an extension. */
const HARMLESS = /role ".*" does not exist|permission denied for|must be owner of/u;

async function restoreGrants(server: Server, loading: Loading, signal?: AbortSignal): Promise<void> {
  const { archive } = loading;
  const entries = archive.toc.filter(isGrant);
  if (entries.length === 0) return;
  const input = given(archive.beginning);
  const answer = await pgRestore(server, loading, { entries, options: [], input }, signal);
  const errors = answer.stderr
    .split('\n')
    .filter((line) => line.includes('ERROR:') || /^pg_restore: error: (?!could not execute query)/u.test(line));
  if (answer.code !== 0 && (errors.length === 0 || !errors.every((line) => HARMLESS.test(line))))
    throw await failed(server, 'import_failed', answer);
}

interface Restoring {
  readonly entries: readonly TocEntry[];
  readonly options: readonly string[];
  readonly input: AsyncIterable<Uint8Array>;
}

/** The list of what to restore is a file beside the server: pg_restore takes it in no other way. */
async function pgRestore(
  server: Server,
  { database, loader: { access } }: Loading,
  { entries, options, input }: Restoring,
  signal?: AbortSignal,
): Promise<ClientAnswer> {
  const list = `/tmp/vigie-${randomBytes(8).toString('hex')}.list`;
  await writeList(server, list, entries, signal);
  try {
    const args = ['--no-owner', '-L', list, ...options, ...connectionArgs(access, database)];
    return await askClient(server.place, { ...pgClient('pg_restore', { access }, args), input }, signal);
  } finally {
    await shell(server, { script: 'rm -f "$1"', path: list }, AbortSignal.timeout(CLEAN_UP_MS)).catch(() => undefined);
  }
}

async function writeList(server: Server, path: string, entries: readonly TocEntry[], signal?: AbortSignal): Promise<void> {
  const content = entries.map(({ line }) => `${line}\n`).join('');
  await shell(server, { script: 'umask 077; set -C; cat > "$1"', path, input: given(Buffer.from(content)) }, signal);
}

interface ShellCommand {
  readonly script: string;
  /** Its `$1`. */
  readonly path: string;
  readonly input?: AsyncIterable<Uint8Array>;
}

async function shell(server: Server, { script, path, input }: ShellCommand, signal?: AbortSignal): Promise<void> {
  const { stdout, ended } = await server.place.stream(['sh', '-c', script, 'sh', path], input === undefined ? {} : { input }, signal);
  for await (const _ of stdout);
  const end = await ended;
  if (end.code !== 0) throw await failed(server, 'import_failed', end);
}
