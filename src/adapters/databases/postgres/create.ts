import type { DatabaseProperties } from '#domain/backup/backup.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { dropSlots, endForGood } from './asleep.ts';
import { existing } from './look.ts';
import { roleNames } from './owners.ts';
import { made, propertiesOf, readProperties } from './properties.ts';
import { identifier, literal, MAINTENANCE, psql } from './psql.ts';

/**
 * Like the live one; where there is none, like what was dumped, as far as this server can make such a thing. Nobody but its owner may connect, until it takes the live one's place.
 * @param like as the backup has it
 * @throws database_exists
 */
export async function create(
  server: Server,
  database: string,
  signal?: AbortSignal,
  like: DatabaseProperties | null = null,
): Promise<void> {
  const live = server.facts.database;
  const found = await existing(server, [database, live], signal);
  if (found.has(database)) throw new VigieError('database_exists', { database, server: server.facts.server.name });
  const roles = await roleNames(server, signal);
  const make = async (sql: string): Promise<unknown> =>
    await psql(server, MAINTENANCE, `${sql}\nrevoke all on database ${identifier(database)} from public;`, signal);
  const [there, dumped] = [await propertiesOf(server, live, signal), readProperties(like)];
  const plain = `create database ${identifier(database)} template template0;`;
  if (there !== null) await make(made(database, there, roles));
  else if (dumped === null) await make(plain);
  else await make(made(database, dumped, roles)).catch(async (error: unknown) => await orPlain(error, () => make(plain)));
}

/** A collation that this server doesn't have is no reason not to have the rows again: what is otherwise is told. */
async function orPlain(error: unknown, make: () => Promise<unknown>): Promise<void> {
  if (!(error instanceof VigieError) || error.code !== 'database_refused') throw error;
  await make();
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
