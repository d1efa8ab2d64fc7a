import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { dropSlots, endForGood } from './asleep.ts';
import { existing } from './look.ts';
import { identifier, literal, MAINTENANCE, psql } from './psql.ts';

/** What a database is made like: the server says it, since it knows its version's own providers of collations. */
function likeLive(database: string, live: string): string {
  return `select format('create database %I owner %I template template0 encoding %L lc_collate %L lc_ctype %L',
    ${literal(database)}, pg_get_userbyid(datdba), pg_encoding_to_char(encoding), to_jsonb(d)->>'datcollate', to_jsonb(d)->>'datctype')
  || case to_jsonb(d)->>'datlocprovider'
    when 'i' then format(' locale_provider icu icu_locale %L', coalesce(to_jsonb(d)->>'daticulocale', to_jsonb(d)->>'datlocale'))
    when 'b' then format(' locale_provider builtin builtin_locale %L', to_jsonb(d)->>'datlocale')
    else '' end || format(' tablespace %I', spcname)
  from pg_database d join pg_tablespace t on t.oid = dattablespace where datname = ${literal(live)} \\gexec`;
}

/** Nobody but its owner may connect, until it takes the live one's place. @throws database_exists */
export async function create(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const live = server.facts.database;
  const found = await existing(server, [database, live], signal);
  if (found.has(database)) throw new VigieError('database_exists', { database, server: server.facts.server.name });
  const sql = found.has(live) ? likeLive(database, live) : `create database ${identifier(database)} template template0;`;
  await psql(server, MAINTENANCE, `${sql}\nrevoke all on database ${identifier(database)} from public;`, signal);
}

/** Ends the connections to databases, as far as they have any, and waits for their end. They have to refuse new ones before. */
export function endConnections(names: readonly string[]): string {
  const list = names.map(literal).join(', ');
  return `do $$ begin
  for i in 1..300 loop
    perform pg_terminate_backend(pid) from pg_stat_activity where datname in (${list}) and pid <> pg_backend_pid();
    exit when not found;
    perform pg_sleep(0.1);
    perform pg_stat_clear_snapshot();
  end loop;
end $$;`;
}

/** @returns false when it was gone */
export async function drop(server: Server, database: string, signal?: AbortSignal): Promise<boolean> {
  if (!(await existing(server, [database], signal)).has(database)) return false;
  await endForGood(server, database, signal);
  const name = identifier(database);
  const sql = `alter database ${name} with allow_connections false is_template false;\n${endConnections([database])}\n${dropSlots(database)}\ndrop database if exists ${name};`;
  await psql(server, MAINTENANCE, sql, signal);
  return true;
}
