import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { DatabaseView } from '#ports/databases.ts';
import type { Server, ServerSelf } from '../dialect.ts';
import { namingLocks } from './locks.ts';
import { DIRECT, literal, MAINTENANCE, rows } from './psql.ts';

const row = z.union([
  z.strictObject({ version: z.string(), bytes: z.number(), owner: z.string() }),
  z.strictObject({ table: z.string(), rows: z.number() }),
]);

/** What a table's index or statistics compute from a row: whoever plans a query on it runs what somebody wrote into the database. */
const COMPUTES = `(exists (select from pg_index i where i.indrelid = c.oid and (i.indexprs is not null or i.indpred is not null))
    or exists (select from pg_statistic_ext s where s.stxrelid = c.oid and to_jsonb(s)->>'stxexprs' is not null))`;

const STORED = `pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and c.relpersistence <> 't' and c.relispopulated
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`;

/** How a table whose rows can't be counted without running anybody's code is read: as a dump reads it, one column, into nothing. */
const READ = `select json_build_object('table', n.nspname || '.' || c.relname, 'name', format('%I.%I', n.nspname, c.relname), 'column', (
    select quote_ident(attname) from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '' order by (case when attlen > 0 then attlen end) nulls last, attnum limit 1))
  from ${STORED} and ${COMPUTES} and c.relkind = 'r';`;

const read = z.strictObject({ table: z.string(), name: z.string(), column: z.string().nullable() });

/**
 * Counts what is stored: tables and materialized views. Neither views nor foreign tables, which would run what somebody wrote into the database, and nothing that an extension brings.
 * All counts are of one moment.
 */
function counting(others: readonly z.infer<typeof read>[]): string {
  const copies = others.map(({ table, name, column }) => `copy ${name} (${column ?? ''}) to '/dev/null';
select json_build_object('table', ${literal(table)}, 'rows', :ROW_COUNT);
${LET_GO}`); // prettier-ignore
  return `set lock_timeout = '${LOCK_SECONDS}s';
begin isolation level repeatable read read only;
select json_build_object('version', split_part(current_setting('server_version'), ' ', 1), 'bytes', pg_database_size(oid), 'owner', pg_get_userbyid(datdba))
  from pg_database where datname = current_database();
savepoint counted;
select string_agg(format('select json_build_object(''table'', %L, ''rows'', count(*)) from only %I.%I', schema || '.' || name, schema, name), ' union all '), ${literal(LET_GO)} from (
  select n.nspname as schema, c.relname as name, row_number() over () as n from ${STORED} and not ${COMPUTES}) stored group by n / ${AT_ONCE} \\gexec
${copies.join('\n')}
select json_build_object('table', 'pg_catalog.pg_largeobject_metadata', 'rows', count(*)) from pg_largeobject_metadata having count(*) > 0;
commit;`;
}

/** A transaction holds each table that it has read: the server remembers so many of them and no more. What is read stays of the same moment. */
const LET_GO = 'rollback to savepoint counted;';
const AT_ONCE = 50;

/** Somebody who holds a table for longer is told of, by its name. */
const LOCK_SECONDS = 20;

export async function look(server: Server, database: string, signal?: AbortSignal): Promise<DatabaseView> {
  const others = await rows(server, database, { sql: READ, row: read }, signal);
  const sql = counting(others.filter(({ column }) => column !== null));
  const found = await rows(server, database, { sql, row }, signal).catch(async (error: unknown) => {
    throw await namingLocks(server, database, error, signal);
  });
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

const identityRow = z.strictObject({ version: z.string(), id: z.string(), standby: z.boolean(), direct: z.boolean() });

/** @throws database_pooler */
export async function identity(server: Server, signal?: AbortSignal): Promise<ServerSelf> {
  const sql = `select json_build_object('version', split_part(current_setting('server_version'), ' ', 1), 'id', system_identifier::text, 'standby', pg_is_in_recovery(), 'direct', current_setting('${DIRECT}', true) is not null) from pg_control_system();`;
  const [found] = await rows(server, MAINTENANCE, { sql, row: identityRow }, signal);
  const { version, id, standby, direct } = found ?? { version: '', id: null, standby: false, direct: true };
  if (!direct) throw new VigieError('database_pooler', { database: server.facts.name, server: server.facts.server.name });
  return { version, id, standby };
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
