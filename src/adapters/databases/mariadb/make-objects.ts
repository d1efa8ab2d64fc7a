import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { atOnce, between } from './at-once.ts';
import { identifier, literal, sql } from './client.ts';
import { keyOf, KINDS, objectsOf, type StoredObject, withDefiner } from './objects.ts';
import { trusting } from './trusted.ts';

/** In whose name something runs, as `name`@`host` in the place of the one who is named in it; null leaves that one. */
export type DefinerOf = (object: StoredObject) => string | null;

export const asItWas: DefinerOf = () => null;

/** What is made, where, and in whose name it runs from then on. */
export interface ObjectsToMake {
  readonly database: string;
  readonly objects: readonly StoredObject[];
  readonly definerOf: DefinerOf;
}

/** Packages are dropped in Oracle's mode alone, and all others in that as well. */
export function dropScript(database: string, objects: readonly StoredObject[]): string {
  const drops = objects.map(({ kind, name }) => `drop ${kind} if exists ${identifier(database)}.${identifier(name)};`);
  return ["set @usual = @@sql_mode, sql_mode = 'ORACLE';", ...drops, 'set sql_mode = @usual;'].join('\n');
}

/** A trigger's head is kept as somebody typed it, and either is enough. */
const IF_MISSING = /^CREATE (?:DEFINER=\S+ )?trigger\s+if\s+not\s+exists\s/iu;

/**
 * Statements travel as bytes and are run one by one by the server: nothing in them can end them early and be taken for another one. (MariaDB 10.6 or newer.)
 * @param collation of the database
 */
function createScript({ database, objects, definerOf }: ObjectsToMake, collation: string): string {
  const made = objects.map((object) => {
    const { statement, sqlMode, charset, collation: connection, timeZone } = object;
    const definer = definerOf(object);
    const replacing = IF_MISSING.test(statement) ? statement : statement.replace(/^CREATE /u, 'CREATE OR REPLACE ');
    const named = definer === null ? replacing : withDefiner(replacing, definer);
    const run = `execute immediate CONVERT(0x${Buffer.from(named).toString('hex')} USING utf8mb4);`;
    const zone = timeZone === '' ? '' : `, time_zone = ${literal(timeZone)}`;
    return `set sql_mode = ${literal(sqlMode)}, character_set_client = ${charset}, collation_connection = ${connection}${zone};
${inContext(run, object, { database, collation })}`;
  });
  return [`use ${identifier(database)};`, ...made].join('\n');
}

/** Where the database had another collation, and where the server is to trust whoever makes a function. */
function inContext(
  run: string,
  { kind, databaseCollation }: StoredObject,
  { database, collation }: { readonly database: string; readonly collation: string },
): string {
  const trusted = kind === 'function' ? trusting(run) : run;
  const collated = (as: string): string => `alter database ${identifier(database)} collate ${as};`;
  const other = databaseCollation !== '' && collation !== '' && databaseCollation !== collation;
  const whole = other ? between(collated(databaseCollation), trusted, collated(collation)) : trusted;
  return whole === run ? run : atOnce(whole);
}

/** Makes them; views that need others are tried again once those are there. @throws what the server says of the first that can't be made; database_refused where it says nothing */
export async function makeObjects(server: Server, toMake: ObjectsToMake, signal?: AbortSignal): Promise<void> {
  const { database, objects } = toMake;
  const collation = await collationOf(server, database, signal);
  const ordered = KINDS.flatMap((kind) => objects.filter((each) => each.kind === kind));
  const missing = async (wanted: readonly StoredObject[]): Promise<readonly StoredObject[]> => {
    const there = new Set((await objectsOf(server, database, signal)).map(keyOf));
    return wanted.filter((each) => !there.has(keyOf(each)));
  };
  for (let left: readonly StoredObject[] = ordered; left.length > 0;) {
    await sql(server, createScript({ ...toMake, objects: left }, collation), signal, { force: true });
    let next = await missing(left);
    // Nothing came of it: the server says why.
    if (next.length === left.length) {
      await sql(server, createScript({ ...toMake, objects: next }, collation), signal);
      next = await missing(next);
      if (next.length === left.length) throw unmade(server, database, next);
    }
    left = next;
  }
}

/** The server took each statement, and has none of what they say. */
function unmade(server: Server, database: string, [first]: readonly StoredObject[]): VigieError {
  const reason = `${first === undefined ? '' : keyOf(first)} was made, and isn't there`;
  return new VigieError('database_refused', { database, server: server.facts.server.name, reason });
}

async function collationOf(server: Server, database: string, signal?: AbortSignal): Promise<string> {
  const text = `select default_collation_name from information_schema.schemata where schema_name = ${literal(database)};`;
  return (await sql(server, text, signal))[0]?.[0] ?? '';
}
