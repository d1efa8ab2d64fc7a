import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';

/** What is in a database beside its tables, and can't be renamed into another one: it is made again. */
export interface StoredObject {
  readonly kind: 'view' | 'trigger' | 'function' | 'procedure' | 'event';
  readonly name: string;
  /** As the server itself writes it, with its definer. */
  readonly statement: string;
  readonly sqlMode: string;
  readonly charset: string;
  readonly collation: string;
}

/** In whose name something runs, as `name`@`host` in the place of the one who is named in it; null leaves that one. */
export type DefinerOf = (object: StoredObject) => string | null;

export const asItWas: DefinerOf = () => null;

/** What was made under ANSI_QUOTES is shown in its quotes. */
const DEFINER = /DEFINER=(`(?:[^`]|``)*`@`(?:[^`]|``)*`|"(?:[^"]|"")*"@"(?:[^"]|"")*")/u;

/** Who is named in it, as `name`@`host`. */
export function definerIn({ statement }: StoredObject): string | null {
  const named = DEFINER.exec(statement)?.[1];
  if (named?.startsWith('"') !== true) return named ?? null;
  const [, user = '', host = ''] = /^"((?:[^"]|"")*)"@"((?:[^"]|"")*)"$/u.exec(named) ?? [];
  return [user, host].map((name) => identifier(name.replaceAll('""', '"'))).join('@');
}

/** A statement that names nobody. */
export function withoutDefiner(statement: string): string {
  return statement.replace(DEFINER, '');
}

export function keyOf({ kind, name }: Pick<StoredObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** What is made, where, and in whose name it runs from then on. */
export interface ObjectsToMake {
  readonly database: string;
  readonly objects: readonly StoredObject[];
  readonly definerOf: DefinerOf;
}

/** In the order in which they can be made. */
export const KINDS = ['function', 'procedure', 'view', 'trigger', 'event'] as const;

/** Where `show create` answers what: statement, mode, character set, collation. */
const COLUMNS = {
  view: [1, null, 2, 3],
  trigger: [2, 1, 3, 4],
  function: [2, 1, 3, 4],
  procedure: [2, 1, 3, 4],
  event: [3, 1, 4, 5],
} as const;

export async function objectsOf(server: Server, database: string, signal?: AbortSignal): Promise<readonly StoredObject[]> {
  const at = literal(database);
  const names = await sql(
    server,
    `select lower(routine_type), routine_name from information_schema.routines where routine_schema = ${at} and routine_type in ('FUNCTION', 'PROCEDURE');
select 'view', table_name from information_schema.views where table_schema = ${at};
select 'trigger', trigger_name from information_schema.triggers where trigger_schema = ${at} order by event_object_table, action_order;
select 'event', event_name from information_schema.events where event_schema = ${at};`,
    signal,
  );
  const listed = names.flatMap(([kind, name = '']) => KINDS.filter((each) => each === kind).map((known) => ({ kind: known, name })));
  const script = listed.map(({ kind, name }) => `show create ${kind} ${identifier(name)};`);
  const answers = listed.length === 0 ? [] : await sql(server, [`use ${identifier(database)};`, ...script].join('\n'), signal);
  return listed.map(({ kind, name }, index) => {
    const [statement, mode, charset, collation] = COLUMNS[kind];
    const column = (at: number | null): string => (at === null ? '' : (answers[index]?.[at] ?? ''));
    return { kind, name, statement: column(statement), sqlMode: column(mode), charset: column(charset), collation: column(collation) };
  });
}

export function dropScript(database: string, objects: readonly StoredObject[]): string {
  return objects.map(({ kind, name }) => `drop ${kind} if exists ${identifier(database)}.${identifier(name)};`).join('\n');
}

/** Statements travel as bytes and are run one by one by the server: nothing in them can end them early and be taken for another one. (MariaDB 10.6 or newer.) */
export function createScript({ database, objects, definerOf }: ObjectsToMake): string {
  const made = objects.map((object) => {
    const { statement, sqlMode, charset, collation } = object;
    const definer = definerOf(object);
    const replacing = statement.replace(/^CREATE /u, 'CREATE OR REPLACE ');
    const named = definer === null ? replacing : replacing.replace(DEFINER, () => `DEFINER=${definer}`);
    return `set sql_mode = ${literal(sqlMode)}, character_set_client = ${charset}, collation_connection = ${collation};
execute immediate CONVERT(0x${Buffer.from(named).toString('hex')} USING utf8mb4);`;
  });
  return [`use ${identifier(database)};`, ...made].join('\n');
}

/** Makes them; views that need others are tried again once those are there. @throws what the server says of the first that can't be made */
export async function makeObjects(server: Server, toMake: ObjectsToMake, signal?: AbortSignal): Promise<void> {
  const { database, objects } = toMake;
  const ordered = KINDS.flatMap((kind) => objects.filter((each) => each.kind === kind));
  for (let left = ordered; left.length > 0;) {
    await sql(server, createScript({ ...toMake, objects: left }), signal, { force: true });
    const there = new Set((await objectsOf(server, database, signal)).map(keyOf));
    const missing = left.filter((each) => !there.has(keyOf(each)));
    // Nothing came of it: the server says why.
    if (missing.length === left.length) await sql(server, createScript({ ...toMake, objects: missing }), signal);
    left = missing;
  }
}
