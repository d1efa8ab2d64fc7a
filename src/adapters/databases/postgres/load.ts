import type { Statements } from '#ports/databases.ts';
import type { ClientAnswer } from '../client.ts';
import type { Loadable, Server } from '../dialect.ts';
import { failed } from '../failures.ts';
import { keptStatements } from '../statements.ts';
import { type Archive, openArchive } from './archive.ts';
import { type MadeSchemas, makeExtensions } from './extensions.ts';
import { handOver, type Loader, makeLoader, ownerFor, retire } from './loader.ts';
import { giveDefaults } from './default-rights.ts';
import { asLive, largeOwners } from './large-objects.ts';
import { liveFacts } from './live-facts.ts';
import { lastOwner, roleNames } from './owners.ts';
import { givePassedOn } from './passed-on.ts';
import { connectionArgs, keptSessions, MAINTENANCE } from './psql.ts';
import { makePublications, publicationsIn } from './publications.ts';
import { isOn, labelOf, unrestorable, writingIntoExtensions } from './restorable.ts';
import { giveServerRights } from './server-rights.ts';
import { type Listed, restoreListed, scriptOf } from './script.ts';
import { isGrant, isLeftOut, ownersOf, type TocEntry } from './toc.ts';

const CLEAN_UP_MS = 60_000;

/**
 * Loads an archive as a role that owns the new database and may nothing else: what a dump tells the server to do, it does as somebody without rights. Afterwards each thing goes to whose it is, if
 * that is an ordinary role. Nothing of the archive ever passes through psql, whose commands would run outside of the server.
 */
export async function load(
  server: Server,
  database: string,
  { dump, without }: Loadable,
  signal?: AbortSignal,
): Promise<Statements | null> {
  const sessions = keptSessions(server, [MAINTENANCE, database, server.facts.database], signal);
  try {
    return await loadAsking({ ...server, sessions }, database, { dump, without }, signal);
  } finally {
    await sessions.close();
  }
}

async function loadAsking(server: Server, database: string, { dump, without }: Loadable, signal?: AbortSignal): Promise<Statements | null> {
  const whole = await openArchive(server, dump, signal);
  try {
    const statements = await statementsOf(server, whole, without, signal);
    await loadOpened(server, database, leftOut(whole, without), signal);
    return statements;
  } finally {
    await whole.end();
  }
}

async function loadOpened(server: Server, database: string, opened: Archive, signal?: AbortSignal): Promise<void> {
  const publications = await publicationsIn(server, opened, signal);
  const archive = { ...opened, toc: opened.toc.filter((entry) => !publications.entries.includes(entry)) };
  const schemas = await makeExtensions(server, database, archive.toc, signal);
  const owners = ownersOf(archive.toc, await roleNames(server, signal));
  const owner = await ownerFor(server, owners, signal);
  const loader = await makeLoader(server, database, schemas.open, signal);
  try {
    const writing = { database, role: loader.role, toc: archive.toc };
    await writingIntoExtensions(server, writing, () => restore(server, { database, loader, archive }, schemas, signal), signal);
    await restoreGrants(server, { database, loader, archive }, signal);
    const fallback = owners.length > 1 ? lastOwner(server.facts.database) : owner;
    const dumped = largeOwners(archive.toc);
    const live = await liveFacts(server, database, dumped, signal);
    const large = asLive(dumped, live.large);
    await handOver(server, { database, loader: loader.role, toc: archive.toc, live: live.owned, large, fallback, owner }, signal);
    await giveDefaults(server, database, live.defaults, signal);
    await giveServerRights(server, database, live.rights, signal);
    await makePublications(server, database, publications, signal);
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

/** What makes what is left out, as the server's own client would say it. Rows aren't in it. */
async function statementsOf(
  server: Server,
  archive: Archive,
  without: readonly string[],
  signal?: AbortSignal,
): Promise<Statements | null> {
  const left = archive.toc.filter((entry) => without.includes(labelOf(entry)));
  const said = archive.toc.filter((entry) => (left.includes(entry) && !entry.kind.endsWith(' DATA')) || isOn(left, entry));
  if (said.length === 0) return null;
  return await keptStatements(server, await scriptOf(server, archive, said, signal));
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
async function restore(server: Server, loading: Loading, { names, open }: MadeSchemas, signal?: AbortSignal): Promise<void> {
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

async function restoreGrants(server: Server, loading: Loading, signal?: AbortSignal): Promise<void> {
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
  { database, loader: { access } }: Loading,
  { entries, options, input }: Omit<Listed, 'access'>,
  signal?: AbortSignal,
): Promise<ClientAnswer> {
  return await restoreListed(server, { entries, options: [...options, ...connectionArgs(access, database)], input, access }, signal);
}
