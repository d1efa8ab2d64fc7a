import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

/** A foreign key between two databases: tables that are renamed take it along, wherever it leads or comes from. */
export const foreignKeyAround = z.strictObject({
  /** The other database, whose own table it is when `inward`. */
  other: z.string(),
  inward: z.boolean(),
  name: z.string(),
  table: z.string(),
  columns: z.array(z.string()),
  referencedTable: z.string(),
  referencedColumns: z.array(z.string()),
  onDelete: z.string(),
  onUpdate: z.string(),
});
export type ForeignKeyAround = z.infer<typeof foreignKeyAround>;

const SEPARATOR = '\u{1f}';

/** Whether any key of the server leads from one database into another, or to a table that is gone. Asking whose takes seconds where there are thousands of tables; InnoDB's own lists tell this at once. */
const ANY = `set statement join_cache_level = 4 for select 1 from information_schema.innodb_sys_foreign f left join information_schema.innodb_sys_tables t on t.name = f.ref_name
where substring_index(f.for_name, '/', 1) <> substring_index(f.ref_name, '/', 1) or t.name is null limit 1;`;

/**
 * Those that lead from a database into others, and from others into it; vigie's own copies count as others nowhere. One whose table is gone leads out of it as well: it would hold on to whatever takes
 * that name.
 */
export async function foreignKeysAround(server: Server, database: string, signal?: AbortSignal): Promise<readonly ForeignKeyAround[]> {
  if ((await sql(server, ANY, signal)).length === 0) return [];
  const at = literal(database);
  const list = (column: string): string => `group_concat(k.${column} order by k.ordinal_position separator '${SEPARATOR}')`;
  const text = `set group_concat_max_len = 100000;
select k.constraint_schema, k.constraint_name, k.table_name, ${list('column_name')}, k.referenced_table_schema, k.referenced_table_name, ${list('referenced_column_name')}, r.delete_rule, r.update_rule
from information_schema.key_column_usage k join information_schema.referential_constraints r
  on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name and r.table_name = k.table_name
where k.referenced_table_schema is not null and (k.referenced_table_schema <> k.constraint_schema or not exists (select 1 from information_schema.tables t where t.table_schema = k.referenced_table_schema and t.table_name = k.referenced_table_name)) and ${at} in (k.constraint_schema, k.referenced_table_schema)
group by k.constraint_schema, k.table_name, k.constraint_name, k.referenced_table_schema, k.referenced_table_name, r.delete_rule, r.update_rule;`;
  const found = await sql(server, text, signal);
  return found.map(
    ([from = '', name = '', table = '', columns = '', to = '', referencedTable = '', referenced = '', onDelete = '', onUpdate = '']) => {
      const inward = from !== database;
      const sides = { columns: columns.split(SEPARATOR), referencedTable, referencedColumns: referenced.split(SEPARATOR) };
      return { other: inward ? from : to, inward, name, table, ...sides, onDelete, onUpdate };
    },
  );
}

const RULES = ['CASCADE', 'SET NULL', 'SET DEFAULT'];

/** A table may be held for as long. */
const LOCK_SECONDS = 30;

/** Makes them between this database and the others, wherever they led or came from before. Rows that were there before stay: what comes is checked. */
export async function pointAt(server: Server, database: string, keys: readonly ForeignKeyAround[], signal?: AbortSignal): Promise<void> {
  await alter(server, keys.flatMap((key) => [dropped(ownerOf(key, database), key), added(key, database)]), signal); // prettier-ignore
}

/** Takes those out of a database that lead from its own tables into others. */
export async function forgetOutward(
  server: Server,
  database: string,
  keys: readonly ForeignKeyAround[],
  signal?: AbortSignal,
): Promise<void> {
  await alter(server, keys.filter(({ inward }) => !inward).map((key) => dropped(database, key)), signal); // prettier-ignore
}

async function alter(server: Server, statements: readonly string[], signal?: AbortSignal): Promise<void> {
  if (statements.length === 0) return;
  await sql(server, [`set foreign_key_checks = 0, lock_wait_timeout = ${LOCK_SECONDS};`, ...statements].join('\n'), signal);
}

function ownerOf({ inward, other }: ForeignKeyAround, database: string): string {
  return inward ? other : database;
}

function dropped(owner: string, { table, name }: ForeignKeyAround): string {
  return `alter table if exists ${identifier(owner)}.${identifier(table)} drop foreign key if exists ${identifier(name)};`;
}

function added(key: ForeignKeyAround, database: string): string {
  const { inward, other, table, name, columns, referencedTable, referencedColumns } = key;
  const [owner, referenced] = inward ? [other, database] : [database, other];
  const names = (each: readonly string[]): string => each.map(identifier).join(', ');
  // RESTRICT and NO ACTION are one, and what is meant where nothing is said.
  const rule = (on: string, text: string): string => (RULES.includes(text) ? ` on ${on} ${text}` : '');
  return `alter table if exists ${identifier(owner)}.${identifier(table)} add constraint ${identifier(name)} foreign key (${names(columns)}) references ${identifier(referenced)}.${identifier(referencedTable)} (${names(referencedColumns)})${rule('delete', key.onDelete)}${rule('update', key.onUpdate)};`;
}
