import { VigieError } from '#kernel/errors.ts';
import type { DatabaseView } from '#ports/databases.ts';
import type { Server, ServerSelf } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { whileLocksAreFree } from './locks.ts';
import { OWN_TABLE_LIST } from './notes.ts';

/** Kept in tables; neither views nor sequences, nor what has the name of what vigie itself notes. */
export const STORED = `table_type in ('BASE TABLE', 'SYSTEM VERSIONED') and table_name not in (${OWN_TABLE_LIST})`;

/** @throws database_missing */
export async function look(server: Server, database: string, signal?: AbortSignal): Promise<DatabaseView> {
  if (!(await existing(server, [database], signal)).has(database))
    throw new VigieError('database_missing', { database, server: server.facts.server.name });
  const head = `select version(), coalesce(sum(data_length + index_length), 0) from information_schema.tables where table_schema = ${literal(database)};`;
  const names = `select table_name from information_schema.tables where table_schema = ${literal(database)} and ${STORED};`;
  const [[version = '', bytes = '0'] = [], ...tables] = await sql(server, `${head}\n${names}`, signal);
  const counts = tables.map(([name = '']) => `select ${literal(name)}, count(*) from ${identifier(database)}.${identifier(name)};`);
  const counted = await whileLocksAreFree(
    server,
    database,
    {
      seconds: LOOK_SECONDS,
      names: tables.map(([name = '']) => name),
      script: counts,
      first: 'start transaction with consistent snapshot, read only;',
    },
    signal,
  );
  return {
    database,
    version: plain(version),
    bytes: Number(bytes),
    owner: null,
    tables: counted.map(([name = '', rows = '']) => ({ name, rows: Number(rows) })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

const LOOK_SECONDS = 20;

/** `10.11.14` of `10.11.14-MariaDB-0+deb12u2`. */
function plain(version: string): string {
  return version.split('-')[0] ?? version;
}

/** A server's own id moves with the address of its container; its data was made at one moment, whatever it runs on. */
export async function identity(server: Server, signal?: AbortSignal): Promise<ServerSelf> {
  const made = `select date_format(min(create_time), '%Y-%m-%dT%H:%i:%s') from information_schema.tables where table_schema = 'mysql' and table_type = 'BASE TABLE'`;
  const [[version = '', id = 'NULL', readOnly = '0'] = []] = await sql(server, `select version(), (${made}), @@global.read_only;`, signal);
  return { version: plain(version), id: id === 'NULL' ? null : `data of ${id}`, standby: readOnly === '1' };
}

const NAMES = 'select schema_name from information_schema.schemata';

export async function databases(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  return (await sql(server, `${NAMES};`, signal)).map(([name = '']) => name).toSorted();
}

/** Those of these names that are there: on a server that stores names in small letters alone, whatever their capitals. */
export async function existing(server: Server, names: readonly string[], signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const [[caseless] = ['0'], ...found] = await sql(server, `select @@lower_case_table_names;\n${NAMES};`, signal);
  const key = (name: string): string => (caseless === '0' ? name : name.toLowerCase());
  const all = new Set(found.map(([name = '']) => key(name)));
  return new Set(names.filter((name) => all.has(key(name))));
}
