import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { accountName, sql } from './client.ts';
import { asItWas, type DefinerOf, makeObjects, type ObjectsToMake } from './make-objects.ts';
import { definerIn, keyOf, objectsOf, type StoredObject } from './objects.ts';

/**
 * In whose name what was loaded runs from now on: as the thing of the same name ran that it replaces, so that it shows nobody more than that did; else, or where that was somebody who may more
 * than others, in the name of an account that nobody can use and that may nothing outside of the database.
 * @param before what the live database had
 * @param dumped in whose name things ran when they were dumped that it hasn't any more
 */
export async function definersLike(
  server: Server,
  {
    before,
    dumped,
    owner,
  }: { readonly before: readonly StoredObject[]; readonly dumped: Readonly<Record<string, string>>; readonly owner: string },
  signal?: AbortSignal,
): Promise<DefinerOf> {
  const mighty = new Set(await mightyAccounts(server, signal));
  const known = new Map(before.map((object) => [keyOf(object), definerIn(object)]));
  return (object) => {
    const definer = known.get(keyOf(object)) ?? dumped[keyOf(object)] ?? null;
    return definer === null || mighty.has(definer) ? owner : definer;
  };
}

/** Accounts and roles with rights that reach beyond single databases; a role that has others may have theirs. */
export async function mightyAccounts(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  const text = `select distinct grantee from information_schema.user_privileges where privilege_type <> 'USAGE';
select user from mysql.global_priv where json_value(priv, '$.is_role') = 1 and (json_value(priv, '$.access') > 0 or user in (select m.user from mysql.roles_mapping m where m.host = ''));`;
  return (await sql(server, text, signal)).map(([grantee = '']) => {
    const [, user, host = ''] = /^'(.*)'@'(.*)'$/su.exec(grantee) ?? [];
    return accountName(user ?? grantee, host);
  });
}

/** Makes them; a view that its definer may not even make any more shows each what they may read themselves. */
export async function makeLoaded(
  server: Server,
  { owner, ...toMake }: ObjectsToMake & { readonly owner: string },
  signal?: AbortSignal,
): Promise<void> {
  const missing = await makeOrMiss(server, toMake, signal);
  await makeObjects(server, { ...toMake, objects: missing.map(asInvoker), definerOf: () => owner }, signal);
}

/** Makes what the kept copy had and does nothing by itself: its events would go on running, its triggers would write into other databases. What nobody could use in the live database any more, since what it stands on is gone, can't be made and isn't missed: it keeps no swap half-way. */
export async function makeKept(server: Server, database: string, objects: readonly StoredObject[], signal?: AbortSignal): Promise<void> {
  const still = objects.filter(({ kind }) => kind !== 'event' && kind !== 'trigger');
  await makeOrMiss(server, { database, objects: still, definerOf: asItWas }, signal);
}

/** Makes them, but for those that nobody could use before either, since what they stand on was gone. @returns those that the server refuses */
export async function makeOrMiss(server: Server, toMake: ObjectsToMake, signal?: AbortSignal): Promise<readonly StoredObject[]> {
  try {
    await makeObjects(server, toMake, signal);
    return [];
  } catch (error) {
    if (!(error instanceof VigieError) || error.code !== 'database_refused') throw error;
    const there = new Set((await objectsOf(server, toMake.database, signal)).map(keyOf));
    return toMake.objects.filter((object) => !there.has(keyOf(object)));
  }
}

const SECURITY = /^(CREATE (?:ALGORITHM=\w+ )?DEFINER=`(?:[^`]|``)*`@`(?:[^`]|``)*` SQL SECURITY )DEFINER /u;

function asInvoker(object: StoredObject): StoredObject {
  return { ...object, statement: object.statement.replace(SECURITY, '$1INVOKER ') };
}
