import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { storedTables } from './stored.ts';

const LOCK_SECONDS = 20;
/** Held by somebody, or ended: that says nothing of a table. */
const OF_THE_MOMENT = /^ERROR (?:1053|1205|1213|1317|1927|1969|2006|2013) /u;

/**
 * Tables that the server can't open or read a row of: marked as crashed, without their files, of parts that are gone. One of them ends a whole dump, and a count of all.
 * @throws database_refused where nobody can tell: somebody holds a table
 */
export async function unreadableTables(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const names = await storedTables(server, database, signal);
  try {
    await ask(server, { database, names }, signal);
    return [];
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_refused') throw error;
  }
  const readable = new Set((await ask(server, { database, names, force: true }, signal)).map(([name]) => name));
  const doubtful = names.filter((name) => !readable.has(name));
  const broken = await Promise.all(doubtful.map(async (name) => ((await isBroken(server, database, name, signal)) ? [name] : [])));
  return broken.flat();
}

interface Asked {
  readonly database: string;
  readonly names: readonly string[];
  /** Goes on after those that say no. */
  readonly force?: boolean;
}

/** @returns the names of those that could be read */
async function ask(server: Server, { database, names, force = false }: Asked, signal?: AbortSignal) {
  const script = names.map((name) => `select ${literal(name)}, (select 1 from ${identifier(database)}.${identifier(name)} limit 1);`);
  return await sql(server, [`set session lock_wait_timeout = ${LOCK_SECONDS};`, ...script].join('\n'), signal, { force, apart: true });
}

async function isBroken(server: Server, database: string, name: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await ask(server, { database, names: [name] }, signal);
    return false;
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_refused') throw error;
    if (OF_THE_MOMENT.test(String(error.params['reason']))) throw error;
    return true;
  }
}

/** A dump has none of a table that it leaves out. */
export async function triggersOn(
  server: Server,
  database: string,
  tables: readonly string[],
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (tables.length === 0) return [];
  const text = `select trigger_name from information_schema.triggers where trigger_schema = ${literal(database)} and binary event_object_table in (${tables.map(literal).join(', ')}) order by 1;`;
  return (await sql(server, text, signal)).map(([name = '']) => name);
}
