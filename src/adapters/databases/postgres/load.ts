import type { Statements } from '#ports/databases.ts';
import type { Loadable, Server } from '../dialect.ts';
import { keptStatements } from '../statements.ts';
import { type Archive, openArchive } from './archive.ts';
import { makeExtensions } from './extensions.ts';
import { handOver, makeLoader, ownerFor, retire } from './loader.ts';
import { giveDefaults } from './default-rights.ts';
import { asLive, largeOwners } from './large-objects.ts';
import { liveFacts } from './live-facts.ts';
import { lastOwner, roleNames } from './owners.ts';
import { emptyOwners, rightsScript } from './passed-on.ts';
import { keptSessions, warm } from './psql.ts';
import { makePublications, publicationsIn } from './publications.ts';
import { readyFor, restore, restoreGrants } from './restore.ts';
import { isOn, labelOf, unrestorable, writingIntoExtensions } from './restorable.ts';
import { giveServerRights } from './server-rights.ts';
import { type ReadyRestore, scriptOf } from './script.ts';
import { surroundings } from './surroundings.ts';
import { ownersOf } from './toc.ts';

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
  const sessions = keptSessions(server, database, signal);
  try {
    return await loadAsking({ ...server, sessions, home: database }, database, { dump, without }, signal);
  } finally {
    await sessions.close();
  }
}

async function loadAsking(server: Server, database: string, { dump, without }: Loadable, signal?: AbortSignal): Promise<Statements | null> {
  const whole = await openArchive(server, dump, signal);
  const client = readyFor(server, database, signal);
  try {
    const statements = await statementsOf(server, whole, without, signal);
    await loadOpened(server, { database, client }, leftOut(whole, without), signal);
    return statements;
  } finally {
    await Promise.all([whole.end(), client.end()]);
  }
}

/** Where to, and what loads all but rights. */
interface Target {
  readonly database: string;
  readonly client: ReadyRestore;
}

async function loadOpened(server: Server, { database, client }: Target, opened: Archive, signal?: AbortSignal): Promise<void> {
  const publications = await publicationsIn(server, opened, signal);
  const archive = { ...opened, toc: opened.toc.filter((entry) => !publications.entries.includes(entry)) };
  const schemas = await makeExtensions(server, database, archive.toc, signal);
  const roles = await roleNames(server, signal);
  const owners = ownersOf(archive.toc, roles);
  const owner = await ownerFor(server, owners, signal);
  const loader = await makeLoader(server, database, { ...(await surroundings(server, archive.toc, roles, signal)), schemas }, signal);
  // While rows are loaded.
  warm(server, server.facts.database, signal);
  const rights = rightsScript(server, archive, signal);
  rights.catch(() => undefined);
  try {
    const loading = { database, loader, archive };
    const writing = { database, role: loader.role, toc: archive.toc };
    await writingIntoExtensions(server, writing, () => restore(server, { ...loading, client, roles }, schemas), signal);
    await restoreGrants(server, loading, rights, signal);
    const fallback = owners.length > 1 ? lastOwner(server.facts.database) : owner;
    const dumped = largeOwners(archive.toc);
    const live = await liveFacts(server, database, dumped, signal);
    const large = asLive(dumped, live.large);
    await handOver(server, { database, loader: loader.role, toc: archive.toc, live: live.owned, large, fallback, owner }, signal);
    await emptyOwners(server, { database, script: await rights }, signal);
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
  const said = archive.toc.filter((entry) => (left.includes(entry) && entry.kind !== 'TABLE DATA') || isOn(left, entry));
  if (said.length === 0) return null;
  return await keptStatements(server, await scriptOf(server, archive, { entries: said, owned: true }, signal));
}

/** What of an archive a restore would have to leave out. */
export async function inspect(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]> {
  const { toc, end } = await openArchive(server, dump, signal);
  await end();
  return (await unrestorable(server, toc, signal)).map(labelOf);
}
