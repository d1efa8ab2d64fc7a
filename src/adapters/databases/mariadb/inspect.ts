import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { foreignKeysAround } from './foreign-keys.ts';
import { databases } from './look.ts';
import { objectsOf } from './objects.ts';

/**
 * What a loader that may do nothing outside of its own database can't make again: what reads from, or writes into, another one. (A dump is text, and is not looked into: what the database holds now
 * is what was dumped.) The client of a dump fails by itself on what nobody can read any more.
 */
export async function inspect(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]> {
  await dump[Symbol.asyncIterator]().return?.();
  const live = server.facts.database;
  const others = (await databases(server, signal)).filter((name) => name !== live && name !== 'information_schema');
  const views = (await objectsOf(server, live, signal)).filter(
    ({ kind, statement }) => kind === 'view' && others.some((name) => statement.includes(`${identifier(name)}.`)),
  );
  const keys = (await foreignKeysAround(server, live, signal)).filter(({ inward }) => !inward);
  const packet = await tooLarge(server, live, signal);
  return [...views.map(({ name }) => `view ${name}`), ...keys.map(({ table, name }) => `foreign key ${name} of table ${table}`), ...packet];
}

/** A dump writes a blob as twice as many digits, in one statement: what the server once took in parts it takes no more. */
async function tooLarge(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const columns = `select table_name, column_name from information_schema.columns where table_schema = ${literal(database)} and data_type in ('mediumblob', 'longblob', 'mediumtext', 'longtext') and generation_expression is null;`;
  const found = await sql(server, columns, signal);
  if (found.length === 0) return [];
  const asked = found.map(
    ([table = '', column = '']) =>
      `select ${literal(table)} from ${identifier(database)}.${identifier(table)} where 2 * length(${identifier(column)}) + 1000000 > @@global.max_allowed_packet limit 1;`,
  );
  const tables = new Set((await sql(server, asked.join('\n'), signal)).map(([table = '']) => table));
  return [...tables].map((table) => `rows of table ${table}`);
}
