import type { Server } from '../dialect.ts';
import { account, grantScope, literal, sql } from './client.ts';
import { loaderOf } from './load.ts';
import { definerIn, type StoredObject } from './objects.ts';

/**
 * Lets those in whose name things run see what these are made on: the server asks for that when a view is made, and their rights are on the live database's name.
 * Accounts that are gone stay so.
 */
export async function letDefinersSee(
  server: Server,
  database: string,
  objects: readonly StoredObject[],
  signal?: AbortSignal,
): Promise<void> {
  const definers = new Set(objects.flatMap((object) => definerIn(object) ?? []));
  if (definers.size === 0) return;
  // `create user if not exists` would make an account of one that is gone; without it a GRANT to nobody is an error, which is looked past.
  const mode = "set sql_mode = 'NO_AUTO_CREATE_USER';";
  const grants = [...definers].map((each) => `grant select, execute on ${grantScope(database)} to ${each};`);
  await sql(server, [mode, ...grants].join('\n'), signal, { force: true });
}

/** The server keeps rights on a database that is gone, for the next one of its name. */
export async function forgetRights(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const scope = database.replaceAll(/[_%\\]/gu, String.raw`\$&`);
  const text = `select distinct grantee from information_schema.schema_privileges where table_schema = ${literal(scope)};`;
  const grantees = (await sql(server, text, signal)).map(([grantee = '']) => grantee);
  const revokes = grantees.map((grantee) => `revoke all privileges on ${grantScope(database)} from ${grantee};`);
  await sql(server, [...revokes, `drop user if exists ${account(loaderOf(database), server.access)};`].join('\n'), signal);
}
