import { VigieError } from '#kernel/errors.ts';
import type { Unmade } from '#ports/databases.ts';
import type { Server, SwapNames } from '../dialect.ts';
import { ALL_MADE, keptStatements } from '../statements.ts';
import { account, grantScope, identifier, literal, sql } from './client.ts';
import { charsetOf, drop } from './create.ts';
import { loaderOf } from './load.ts';
import { foreignKeysAround, forgetOutward, pointAt } from './foreign-keys.ts';
import { existing } from './look.ts';
import { isOwnTable, keepNotes, type Notes, NOTES, notesAt, read } from './notes.ts';
import { awake } from './definers.ts';
import { definersLike, makeKept, makeLoaded, makeOrMiss } from './definer-owners.ts';
import { asItWas, dropScript, makeObjects } from './make-objects.ts';
import { definerIn, keyOf, type StoredObject } from './objects.ts';
import { followSequences } from './sequences.ts';
import { definersOf, forgetRights, whileDefinersSee } from './rights.ts';
import { giveRoutineRights } from './routine-rights.ts';
import { writeNotes } from './write-notes.ts';

const LOCK_SECONDS = 30;

/**
 * Databases have no names that could be changed: all tables of both go where they belong in one RENAME TABLE, which is done whole or not at all. What can't be renamed is dropped before and made again
 * after. What a swap that broke off has left is done.
 * @throws database_missing, database_exists
 */
export async function swap(server: Server, names: SwapNames, signal?: AbortSignal): Promise<Unmade> {
  const { live, fresh, kept, into } = names;
  const there = await existing(server, [live, fresh, kept], signal);
  const where = await notesAt(server, [fresh, kept], names, signal);
  if (where === null && there.has(live) && there.has(kept) && !there.has(fresh)) return ALL_MADE;
  if (where === null) {
    const name = server.facts.server.name;
    if (!there.has(fresh)) throw new VigieError('database_missing', { database: fresh, server: name });
    if (there.has(live) && (into || there.has(kept)))
      throw new VigieError('database_exists', { database: into ? live : kept, server: name });
    await writeNotes(server, names, signal);
  }
  if (where !== kept) await exchange(server, names, await read(server, fresh, names, signal), signal);
  const unmade = await finish(server, names, await read(server, kept, names, signal), signal);
  return { names: unmade.map(keyOf), statements: await keptStatements(server, unmade.map(({ statement }) => `${statement};\n`).join('')) };
}

async function exchange(server: Server, names: SwapNames, { live: before, fresh: coming }: Notes, signal?: AbortSignal): Promise<void> {
  const { live, fresh, kept, into } = names;
  const like = await charsetOf(server, into ? fresh : live, signal);
  await sql(server, `create database if not exists ${identifier(kept)} ${like};`, signal);
  if (into) await claim(server, names, like, signal);
  else await sql(server, `create database if not exists ${identifier(live)};`, signal);
  const leaving = into ? [] : await movesOf(server, { from: live, to: kept }, signal);
  const notes = `${identifier(fresh)}.${identifier(NOTES)} to ${identifier(kept)}.${identifier(NOTES)}`;
  const moves = [...leaving, ...(await movesOf(server, { from: fresh, to: live }, signal)), notes];
  const script = [
    `set lock_wait_timeout = ${LOCK_SECONDS};`,
    ...(into ? [] : [dropScript(live, before)]),
    dropScript(fresh, coming),
    `rename table ${moves.join(', ')};`,
  ];
  await endConnections(server, into ? [fresh] : [live, fresh], signal);
  try {
    await sql(server, script.join('\n'), signal);
  } catch (error) {
    // Somebody held a table: the live database gets back what it had; notes and tables stay for the next attempt.
    if (!into && (await notesAt(server, [kept], names, signal)) === null)
      await makeObjects(server, { database: live, objects: before, definerOf: asItWas }, signal);
    throw error;
  }
}

/**
 * Makes the database of a new name, with a comment that says for whom until it is filled: nobody else's ever has that, so that after a crash an attempt knows its own from what somebody made.
 * @throws database_exists for what somebody made, even a moment ago
 */
async function claim(server: Server, { live, fresh, kept }: SwapNames, like: string, signal?: AbortSignal): Promise<void> {
  try {
    await sql(server, `create database ${identifier(live)} ${like} comment ${quoted(fresh)};`, signal);
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_exists') throw error;
    const text = `select schema_comment from information_schema.schemata where schema_name = ${literal(live)};`;
    const [[comment] = []] = await sql(server, text, signal);
    if (comment === fresh) return;
    // Nothing came into that place, and nothing must look so.
    await drop(server, kept, signal);
    throw new VigieError('database_exists', { database: live, server: server.facts.server.name });
  }
}

/** Of a name that was checked: comments are written as they are. */
function quoted(name: string): string {
  return `'${name}'`;
}

/** Where all tables of a database go. */
interface Move {
  readonly from: string;
  readonly to: string;
}

async function movesOf(server: Server, { from, to }: Move, signal?: AbortSignal): Promise<readonly string[]> {
  const text = `select table_name from information_schema.tables where table_schema = ${literal(from)} and table_type in ('BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE');`;
  const names = (await sql(server, text, signal)).map(([name = '']) => name);
  return names
    .filter((name) => !isOwnTable(name))
    .map((name) => `${identifier(from)}.${identifier(name)} to ${identifier(to)}.${identifier(name)}`);
}

async function endConnections(server: Server, names: readonly string[], signal?: AbortSignal): Promise<void> {
  const text = `select id from information_schema.processlist where db in (${names.map(literal).join(', ')}) and id <> connection_id();`;
  const kills = (await sql(server, text, signal)).map(([id = '']) => `kill ${Number(id)};`);
  // One that has ended by itself is no error.
  if (kills.length > 0) await sql(server, kills.join('\n'), signal, { force: true });
}

/**
 * What came runs in the name of whom it replaces, or of an account that nobody can use and that may nothing outside of the database, whoever loaded it.
 * @returns what of that which came back couldn't be made: what it stands on was gone before
 */
async function finish(
  server: Server,
  { live, fresh, kept, into }: SwapNames,
  { live: before, fresh: coming, keys, comingKeys, routineRights, definers, asleep }: Notes,
  signal?: AbortSignal,
): Promise<readonly StoredObject[]> {
  const loader = loaderOf(fresh);
  const owner = account(`${live}_vigie_owner`, server.access);
  const ours = coming.filter((each) => definerIn(each)?.startsWith(`\`${loader}\`@`) === true);
  const loaded = ours.map((each) =>
    each.kind === 'event' && !asleep.includes(keyOf(each)) ? { ...each, statement: awake(each.statement) } : each,
  );
  if (loaded.length > 0)
    await sql(server, `create user if not exists ${owner} account lock;\ngrant all privileges on ${grantScope(live)} to ${owner};`, signal);
  const last = owner.replaceAll("'", '`');
  await whileDefinersSee(server, { database: kept, definers: definersOf(before) }, () => makeKept(server, kept, before, signal), signal);
  const definerOf = await definersLike(server, { before, dumped: definers, owner: last }, signal);
  await makeLoaded(server, { database: live, objects: loaded, definerOf, owner: last }, signal);
  const others = coming.filter((each) => !ours.includes(each));
  const unmade = await makeOrMiss(server, { database: live, objects: others, definerOf: asItWas }, signal);
  await sql(server, `drop database if exists ${identifier(fresh)};`, signal);
  await forgetRights(server, fresh, signal);
  if (into) await sql(server, `alter database ${identifier(live)} comment '';`, signal);
  await followSequences(server, { live, fresh }, signal);
  await giveRoutineRights(server, live, routineRights, signal);
  // Foreign keys went with the tables that they are of: those of others would be held against what is kept.
  await pointAt(
    server,
    live,
    [
      ...(comingKeys.length > 0 ? keys.filter(({ inward }) => inward) : keys.filter(({ inward, other }) => inward || other !== live)),
      ...comingKeys,
    ],
    signal,
  );
  // One whose table is gone was loaded as one into the name that it was loaded under.
  const stray = (await foreignKeysAround(server, live, signal)).filter(({ inward, other }) => !inward && other === fresh);
  await pointAt(server, live, stray.map((key) => ({ ...key, other: live })), signal); // prettier-ignore
  await forgetOutward(server, kept, keys, signal);
  await keepNotes(server, kept, signal);
  return unmade;
}
