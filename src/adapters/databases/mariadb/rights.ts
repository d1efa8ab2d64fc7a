import type { Server } from '../dialect.ts';
import { account, accountName, grantScope, literal, sql } from './client.ts';
import { loaderOf } from './load.ts';
import { definerIn, type StoredObject } from './objects.ts';

/**
 * Lets those in whose name things run see what these are made on, as long as `act` takes: the server asks for that when a view is made or shown, and their rights are on the live database's name.
 * Afterwards they may no more there than before: a copy is nobody's to read who couldn't read the live database. Accounts that are gone stay so.
 * @param definers as `name`@`host`
 */
export async function whileDefinersSee<T>(
  server: Server,
  { database, definers }: { readonly database: string; readonly definers: readonly string[] },
  act: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const each = [...new Set(definers)];
  // `create user if not exists` would make an account of one that is gone; without it a GRANT to nobody is an error, which is looked past.
  const grants = each.map((definer) => `grant select, execute on ${grantScope(database)} to ${definer};`);
  const revokes = each.map((definer) => `revoke select, execute on ${grantScope(database)} from ${definer};`);
  if (each.length > 0) await sql(server, ["set sql_mode = 'NO_AUTO_CREATE_USER';", ...grants].join('\n'), signal, { force: true });
  try {
    return await act();
  } finally {
    if (each.length > 0) await sql(server, revokes.join('\n'), AbortSignal.timeout(REVOKE_MS), { force: true });
  }
}

const REVOKE_MS = 30_000;

export function definersOf(objects: readonly StoredObject[]): readonly string[] {
  return objects.flatMap((object) => definerIn(object) ?? []);
}

/** Those in whose name things of a database run, but for who loaded it and has all rights there. */
export async function definersIn(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const at = literal(database);
  const found = await sql(
    server,
    `select definer from information_schema.views where table_schema = ${at} union select definer from information_schema.routines where routine_schema = ${at}
union select definer from information_schema.triggers where trigger_schema = ${at} union select definer from information_schema.events where event_schema = ${at};`,
    signal,
  );
  const names = found.map(
    ([definer = '']) => [definer.slice(0, definer.lastIndexOf('@')), definer.slice(definer.lastIndexOf('@') + 1)] as const,
  );
  return names.filter(([user]) => user !== loaderOf(database)).map(([user, host]) => accountName(user, host));
}

/** The server keeps rights on a database that is gone, for the next one of its name. */
export async function forgetRights(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const scope = database.replaceAll(/[_%\\]/gu, String.raw`\$&`);
  const text = `select distinct grantee from information_schema.schema_privileges where table_schema = ${literal(scope)};`;
  const grantees = (await sql(server, text, signal)).map(([grantee = '']) => grantee);
  const revokes = grantees.map((grantee) => `revoke all privileges on ${grantScope(database)} from ${grantee};`);
  await sql(server, [...revokes, `drop user if exists ${account(loaderOf(database), server.access)};`].join('\n'), signal);
}
