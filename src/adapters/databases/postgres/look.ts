import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { DatabaseView } from '#ports/databases.ts';
import type { Server } from '../dialect.ts';
import { MAINTENANCE, rows } from './psql.ts';

const row = z.union([
  z.strictObject({ version: z.string(), bytes: z.number(), owner: z.string() }),
  z.strictObject({ table: z.string(), rows: z.number() }),
]);

/**
 * Counts what is stored: tables and materialized views. Neither views nor foreign tables, which would run what somebody wrote into the database, and nothing that an extension brings.
 * All counts are of one moment.
 */
const LOOK = `begin isolation level repeatable read read only;
select json_build_object('version', split_part(current_setting('server_version'), ' ', 1), 'bytes', pg_database_size(oid), 'owner', pg_get_userbyid(datdba))
  from pg_database where datname = current_database();
select format('select json_build_object(''table'', %L, ''rows'', count(*)) from only %I.%I', n.nspname || '.' || c.relname, n.nspname, c.relname)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.relispopulated
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') \\gexec
select json_build_object('table', 'pg_catalog.pg_largeobject_metadata', 'rows', count(*)) from pg_largeobject_metadata having count(*) > 0;
commit;`;

export async function look(server: Server, database: string, signal?: AbortSignal): Promise<DatabaseView> {
  const found = await rows(server, database, { sql: LOOK, row }, signal);
  const head = found.find((each) => 'version' in each);
  if (head === undefined) throw new VigieError('database_missing', { database, server: server.facts.server.name });
  const tables = found.flatMap((each) => ('table' in each ? [{ name: each.table, rows: each.rows }] : []));
  return {
    database,
    version: head.version,
    bytes: head.bytes,
    owner: head.owner,
    tables: tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const identityRow = z.strictObject({ version: z.string(), id: z.string() });

export async function identity(server: Server, signal?: AbortSignal): Promise<{ readonly version: string; readonly id: string | null }> {
  const sql = `select json_build_object('version', split_part(current_setting('server_version'), ' ', 1), 'id', system_identifier::text) from pg_control_system();`;
  const [found] = await rows(server, MAINTENANCE, { sql, row: identityRow }, signal);
  return found ?? { version: '', id: null };
}

export async function databases(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  const sql = `select json_build_object('name', datname) from pg_database order by datname collate "C";`;
  const found = await rows(server, MAINTENANCE, { sql, row: z.strictObject({ name: z.string() }) }, signal);
  return found.map(({ name }) => name);
}

/** Those of these names that are there. */
export async function existing(server: Server, names: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const all = await databases(server, signal);
  return new Set(names.filter((name) => all.includes(name)));
}
