import { z } from 'zod';
import type { Server, SwapNames } from '../dialect.ts';
import { askLive } from './live.ts';
import { existing } from './look.ts';
import { rows } from './psql.ts';

const reader = z.strictObject({ role: z.string(), table: z.string(), column: z.string().nullable() });
type Reader = z.infer<typeof reader>;

/** Every role that may read a table, or some of its columns, by whatever way: its own right, everybody's, a membership. Superusers read everything, and what is the server's own or vigie's nobody logs in as. */
const READERS = `with tables as (
  select c.oid, n.oid as namespace, n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
), roles as (
  select oid, rolname as name from pg_roles where not rolsuper and rolname !~ '^(pg_|vigie_load_)' and rolname !~ '_vigie_owner$'
), pairs as (
  select r.name as role, r.oid as role_oid, t.oid, t.name, has_table_privilege(r.oid, t.oid, 'select') as whole from tables t cross join roles r where has_schema_privilege(r.oid, t.namespace, 'usage')
)
select json_build_object('role', role, 'table', name, 'column', null) from pairs where whole
union all
select json_build_object('role', role, 'table', name, 'column', a.attname) from pairs p join pg_attribute a on a.attrelid = p.oid
  where not whole and a.attacl is not null and not a.attisdropped and has_column_privilege(p.role_oid, p.oid, a.attnum, 'select');`;

/**
 * Who could read what they can't read in the live database, in tables that are in both: `reader: public.notes`. Nobody has a way into a database of a new name but its owner.
 */
export async function widened(server: Server, { fresh, into }: SwapNames, signal?: AbortSignal): Promise<readonly string[]> {
  if (into || !(await existing(server, [fresh], signal)).has(fresh)) return [];
  const ask = async (database: string): Promise<readonly Reader[]> => await rows(server, database, { sql: READERS, row: reader }, signal);
  const before = await askLive(server, { beside: fresh, none: null }, ask);
  if (before === null) return [];
  const tables = new Set(await tablesOf(server, signal));
  const could = new Set(before.map(keyOf));
  const after = (await ask(fresh)).filter(({ table }) => tables.has(table));
  const more = after.filter((each) => !could.has(keyOf(each)) && !could.has(keyOf({ ...each, column: null })));
  return [...new Set(more.map(({ role, table, column }) => `${role}: ${table}${column === null ? '' : `.${column}`}`))].toSorted();
}

/** As the live database names them, whoever may read them. */
async function tablesOf(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  const sql = `select json_build_object('name', n.nspname || '.' || c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f');`;
  return (await rows(server, server.facts.database, { sql, row: z.strictObject({ name: z.string() }) }, signal)).map(({ name }) => name);
}

function keyOf({ role, table, column }: Reader): string {
  return JSON.stringify([role, table, column]);
}
