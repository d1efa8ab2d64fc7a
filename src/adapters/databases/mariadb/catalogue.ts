import { type Catalogue, written } from '#domain/backup/catalogue.ts';
import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { sleeps } from './definers.ts';
import { mightyAccounts } from './definer-owners.ts';
import { foreignKeysAround, type ForeignKeyAround } from './foreign-keys.ts';
import { historyOf } from './history.ts';
import { OWN_TABLE_LIST } from './notes.ts';
import { hashed, nameless, objectHash } from './object-text.ts';
import { definerIn, keyOf, objectsOf, statusKey } from './objects.ts';
import { rightsEntries, routineRightsOn } from './routine-rights.ts';

const TABLES = ['BASE TABLE', 'SYSTEM VERSIONED', 'SEQUENCE'];

/** All that a database is beside its rows, each with a hash of what the server itself would write. Rights are on names here, and stay where they are, but for those on single routines. */
export async function catalogue(server: Server, database: string, signal?: AbortSignal): Promise<Catalogue> {
  const at = literal(database);
  const text = `select table_type, table_name, coalesce(auto_increment, 0) from information_schema.tables where table_schema = ${at} and table_name not in (${OWN_TABLE_LIST}) and table_type in (${TABLES.map(literal).join(', ')}) order by table_name;`;
  const tables = await sql(server, text, signal);
  const shown = tables.map(([type = '', name = '']) =>
    type === 'SEQUENCE' ? `show create sequence ${identifier(name)};` : `show create table ${identifier(name)};`,
  );
  const made = tables.length === 0 ? [] : await sql(server, [`use ${identifier(database)};`, ...shown].join('\n'), signal);
  const objects = await objectsOf(server, database, signal);
  const mighty = new Set(await mightyAccounts(server, signal));
  const rights = await routineRightsOn(server, database, signal);
  const history = await historyOf(server, database, signal);
  const around = await foreignKeysAround(server, database, signal);
  return written(
    Object.fromEntries([
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
      ...objects.map((each) => [keyOf(each), objectHash(each, database)] as const),
      ...objects.flatMap((each) => (each.timeZone === '' ? [] : [[`time zone of ${keyOf(each)}`, each.timeZone] as const])),
      ...objects.flatMap((each) => (each.kind === 'event' && sleeps(each.statement) ? [[statusKey(each), 'off here'] as const] : [])),
      // In the name of whoever may everything nothing is run again.
      ...objects.flatMap((each) => {
        const definer = definerIn(each);
        return definer === null || mighty.has(definer) ? [] : [[`definer of ${keyOf(each)}`, definer] as const];
      }),
      ...rightsEntries(rights),
      ...history.map(({ table, past }) => [`history of table ${table}`, String(past)] as const),
      ...around.filter(({ inward }) => inward).map(referenceEntry),
    ]),
  );
}

function referenceEntry({
  other,
  table,
  name,
  columns,
  referencedTable,
  referencedColumns,
  onDelete,
  onUpdate,
}: ForeignKeyAround): readonly [string, string] {
  const what = [columns.join(','), referencedTable, referencedColumns.join(','), onDelete, onUpdate].join('|');
  return [`reference from ${other}.${table}: ${name}`, hashed(what)];
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
