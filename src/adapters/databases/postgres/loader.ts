import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { MadeSchemas } from './extensions.ts';
import type { Access, Server } from '../dialect.ts';
import { setting, type Surroundings } from './surroundings.ts';
import { giveBack, lastOwner, leavePublic, type Loaded, rolesOf, takePublic } from './owners.ts';
import { identifier, literal, MAINTENANCE, psql, rows } from './psql.ts';

/** A role that owns one database while it is filled, and may nothing else on the server. */
export interface Loader {
  readonly role: string;
  readonly password: string;
  /** As many as the server remembers at least. */
  readonly locks: number;
}

const LOADER = 'vigie_load_';

/** Always the same for one database: what a load that broke off left behind is found again. */
export function loaderOf(database: string): string {
  return `${LOADER}${createHash('sha256').update(database).digest('hex').slice(0, 12)}`;
}

const LOCAL = '127.0.0.1';

/** Source: "Lock Management" of the server's manual, on max_locks_per_transaction. */
const LOCKS = `select current_setting('max_locks_per_transaction')::int * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int);`;

/** Makes the role, with a password that nobody ever sees, and gives it the database. @param schemas that are there already, and are to be filled as well */
export async function makeLoader(
  server: Server,
  database: string,
  { schemas, ...around }: Surroundings & { readonly schemas: Pick<MadeSchemas, 'open' | 'filled'> },
  signal?: AbortSignal,
): Promise<Loader> {
  const role = loaderOf(database);
  const password = randomBytes(24).toString('hex');
  const rights = 'login nosuperuser nocreatedb nocreaterole noreplication nobypassrls connection limit 5';
  const sql = `select case when exists (select from pg_roles where rolname = ${literal(role)}) then 'alter' else 'create' end || ${literal(
    ` role ${identifier(role)} ${rights} password '${password}' valid until `,
  )} || quote_literal((now() + interval '1 day')::text) \\gexec
alter database ${identifier(database)} owner to ${identifier(role)};`;
  const given = [
    ...schemas.open.map((name) => `alter schema ${identifier(name)} owner to ${identifier(role)};`),
    ...schemas.filled.map((name) => `grant usage, create on schema ${identifier(name)} to ${identifier(role)};`),
  ];
  const [locks] = await psql(server, database, [sql, setting(role, around), takePublic(role), ...given, LOCKS].join('\n'), signal);
  return { role, password, locks: Number(locks) };
}

/** How a loader comes in, but for its password. */
export function loaderAccess(server: Server, database: string): Access {
  return { ...server.access, user: loaderOf(database), password: null, address: addressOf(server), searchPath: null };
}

/** Sockets of a host ask for an account of the same name; those of an image ask nobody. */
function addressOf({ access: { address }, place }: Server): string | null {
  if (place.container !== null) return address;
  return address === null || address.startsWith('/') ? LOCAL : address;
}

/** Gives what was loaded to those whose it is, and ends the role. */
export async function handOver(server: Server, loaded: Loaded, signal?: AbortSignal): Promise<void> {
  await giveBack(server, loaded, signal);
  await retire(server, loaded.database, loaded.owner, signal);
}

/**
 * Ends the role, and whatever is still its own: after a load that failed, what it left.
 * @param owner of the database from now on, where there is no live one to be like
 */
export async function retire(server: Server, database: string, owner: string | null, signal?: AbortSignal): Promise<void> {
  const role = identifier(loaderOf(database));
  const live = server.facts.database;
  const gone = `drop role if exists ${role};`;
  const next = owner === null ? 'current_user' : literal(owner);
  const like = live === database ? 'null' : `(select pg_get_userbyid(datdba) from pg_database where datname = ${literal(live)})`;
  const sql = `select format('alter database %I owner to %I', ${literal(database)}, coalesce(${like}, ${next})) \\gexec
${leavePublic(loaderOf(database), null)}
select ${literal(`drop owned by ${role} cascade`)} where exists (select from pg_roles where rolname = ${literal(loaderOf(database))}) \\gexec
${gone}`;
  try {
    await psql(server, database, sql, signal);
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_missing') throw error;
    await psql({ ...server, home: MAINTENANCE }, MAINTENANCE, gone, signal);
  }
}

/**
 * Whose a database is where there is no live one, and what in it is nobody's: whoever owned the most of the dump, if that is an ordinary role; it is made, without a way in, if it is gone. Never one
 * that may more than others: what a dump holds may run in its owner's name. Where all belongs to superusers, a role of vigie's own owns it: they may use it all the same.
 * @param owners of the archive
 */
export async function ownerFor(server: Server, owners: readonly string[], signal?: AbortSignal): Promise<string> {
  const own = lastOwner(server.facts.database);
  const query = { sql: liveOwner(server.facts.database), row: z.strictObject({ name: z.string() }) };
  const live = await rows(server, MAINTENANCE, query, signal);
  const candidates = [...owners, ...live.map(({ name }) => name)];
  const known = await rolesOf(server, [own, ...candidates], signal);
  const privileged = (name: string): boolean => known.find((each) => each.role === name)?.privileged ?? false;
  const ordinary = candidates.find((name) => name !== own && !privileged(name) && !name.startsWith(LOADER));
  const chosen = ordinary ?? own;
  if (!known.some((each) => each.role === chosen)) await psql(server, MAINTENANCE, `create role ${identifier(chosen)} nologin;`, signal);
  return chosen;
}

function liveOwner(database: string): string {
  return `select json_build_object('name', pg_get_userbyid(datdba)) from pg_database where datname = ${literal(database)};`;
}
