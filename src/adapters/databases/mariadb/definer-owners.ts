import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { sql } from './client.ts';
import { asItWas, definerIn, type DefinerOf, keyOf, makeObjects, objectsOf, type ObjectsToMake, type StoredObject } from './objects.ts';

/**
 * In whose name what was loaded runs from now on: as the thing of the same name ran that it replaces, so that it shows nobody more than that did; else, or where that was somebody who may more
 * than others, in the name of an account that nobody can use and that may nothing outside of the database.
 * @param before what the live database had
 */
export async function definersLike(
  server: Server,
  before: readonly StoredObject[],
  owner: string,
  signal?: AbortSignal,
): Promise<DefinerOf> {
  const mighty = new Set(await mightyAccounts(server, signal));
  const known = new Map(before.map((object) => [keyOf(object), definerIn(object)]));
  return (object) => {
    const definer = known.get(keyOf(object)) ?? null;
    return definer === null || mighty.has(definer) ? owner : definer;
  };
}

/** Accounts with rights that reach beyond single databases. */
export async function mightyAccounts(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  const found = await sql(
    server,
    "select distinct grantee from information_schema.user_privileges where privilege_type <> 'USAGE';",
    signal,
  );
  return found.map(([grantee = '']) =>
    grantee.replace(/^'(.*)'@'(.*)'$/su, (_, user: string, host: string) => `${quoted(user)}@${quoted(host)}`),
  );
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
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
