import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { existing } from './look.ts';
import { putAllBack } from './raised.ts';
import { forgetRights } from './rights.ts';

/** With the character set and collation of another one. @throws database_exists */
export async function create(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const live = server.facts.database;
  const found = await existing(server, [database, live], signal);
  if (found.has(database)) throw new VigieError('database_exists', { database, server: server.facts.server.name });
  await sql(server, `create database ${identifier(database)} ${await charsetOf(server, live, signal)};`, signal);
}

/** Nothing for a database that isn't there: the server's own. */
export async function charsetOf(server: Server, database: string, signal?: AbortSignal): Promise<string> {
  const text = `select default_character_set_name, default_collation_name from information_schema.schemata where schema_name = ${literal(database)};`;
  const [row] = await sql(server, text, signal);
  const [charset = '', collation = ''] = row ?? [];
  return row === undefined ? '' : `character set ${identifier(charset)} collate ${identifier(collation)}`;
}

/** With the account that loaded it, and the rights on its name. @returns false when it was gone */
export async function drop(server: Server, database: string, signal?: AbortSignal): Promise<boolean> {
  const there = (await existing(server, [database], signal)).has(database);
  await putAllBack(server, database, signal);
  await sql(server, `drop database if exists ${identifier(database)};`, signal);
  await forgetRights(server, database, signal);
  return there;
}
