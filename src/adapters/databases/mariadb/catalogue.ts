import { createHash } from 'node:crypto';
import type { Catalogue } from '#domain/backup/catalogue.ts';
import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { awake } from './definers.ts';
import { KEPT_NOTES } from './notes.ts';
import { objectsOf, withoutDefiner } from './objects.ts';

const TABLES = ['BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE'];
const HASH_CHARACTERS = 10;

/** All that a database is beside its rows, each with a hash of what the server itself would write. Rights are on names here, and stay where they are. */
export async function catalogue(server: Server, database: string, signal?: AbortSignal): Promise<Catalogue> {
  const at = literal(database);
  const text = `select table_type, table_name, coalesce(auto_increment, 0) from information_schema.tables where table_schema = ${at} and table_name <> '${KEPT_NOTES}' and table_type in (${TABLES.map(literal).join(', ')}) order by table_name;`;
  const tables = await sql(server, text, signal);
  const shown = tables.map(([type = '', name = '']) =>
    type === 'SEQUENCE' ? `show create sequence ${identifier(name)};` : `show create table ${identifier(name)};`,
  );
  const made = tables.length === 0 ? [] : await sql(server, [`use ${identifier(database)};`, ...shown].join('\n'), signal);
  const objects = await objectsOf(server, database, signal);
  return Object.fromEntries([
    ...tables.map(
      ([type = '', name = ''], index) =>
        [`${type === 'SEQUENCE' ? 'sequence' : 'table'} ${name}`, hashed(tableText(made[index]?.[1] ?? '', database))] as const,
    ),
    ...tables.flatMap(([, name = ''], index) =>
      keysOutward(nameless(made[index]?.[1] ?? '', database)).map(
        (line) => [`foreign key ${/`([^`]*)`/u.exec(line)?.[1]} of table ${name}`, hashed(line)] as const,
      ),
    ),
    ...tables.flatMap(([type = '', name = '', next = '0']) =>
      type === 'SEQUENCE' || next === '0' ? [] : [[`position of ${name}`, next] as const],
    ),
    ...objects.map(
      ({ kind, name, statement, sqlMode }) => [`${kind} ${name}`, hashed(`${objectText(statement, database)}|${sqlMode}`)] as const,
    ),
  ]);
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARACTERS);
}

/** Where a table's counter stands isn't what it is. */
function tableText(text: string, database: string): string {
  const own = nameless(text, database).replace(/ AUTO_INCREMENT=\d+/u, '');
  const outward = keysOutward(own);
  if (outward.length === 0) return own;
  const lines = own.split('\n').filter((line) => !outward.includes(line));
  return lines.join('\n').replace(/,\n\)/u, '\n)');
}

/** Foreign keys into other databases: a thing of their own, since a table can be there without them. */
function keysOutward(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^ {2}CONSTRAINT `.* REFERENCES `[^`]*`\.`/u.test(line));
}

/** In whose name something runs is decided by the swap. */
function objectText(text: string, database: string): string {
  return withoutDefiner(nameless(awake(text), database));
}

/** The same thing in a database of another name. */
function nameless(text: string, database: string): string {
  return text.replaceAll(`${identifier(database)}.`, '');
}
