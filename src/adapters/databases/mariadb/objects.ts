import type { Server } from '../dialect.ts';
import { accountName, identifier, literal, sql } from './client.ts';
import { withOwnNames } from './own-names.ts';

/** What is in a database beside its tables, and can't be renamed into another one: it is made again. */
export interface StoredObject {
  readonly kind: 'view' | 'trigger' | 'function' | 'procedure' | 'package' | 'package body' | 'event';
  readonly name: string;
  /** As the server itself writes it, with its definer. */
  readonly statement: string;
  readonly sqlMode: string;
  readonly charset: string;
  readonly collation: string;
  /** Of the database when it was made; empty for a view, which has none. */
  readonly databaseCollation: string;
  /** Of an event: what its times mean. Empty for all others. */
  readonly timeZone: string;
}

/** What was made under ANSI_QUOTES is shown in its quotes; a role has no host. */
const DEFINER = /DEFINER=(`(?:[^`]|``)*`(?:@`(?:[^`]|``)*`)?|"(?:[^"]|"")*"(?:@"(?:[^"]|"")*")?)/u;

/** Who is named in it, as `name`@`host`; a role as `name`. */
export function definerIn({ statement }: StoredObject): string | null {
  const named = DEFINER.exec(statement)?.[1];
  if (named?.startsWith('"') !== true) return named ?? null;
  const [, user = '', host] = /^"((?:[^"]|"")*)"(?:@"((?:[^"]|"")*)")?$/u.exec(named) ?? [];
  return accountName(user.replaceAll('""', '"'), host?.replaceAll('""', '"') ?? '');
}

/** A statement that names nobody. */
export function withoutDefiner(statement: string): string {
  return statement.replace(DEFINER, '');
}

/** The same one in another's name. */
export function withDefiner(statement: string, definer: string): string {
  return statement.replace(DEFINER, () => `DEFINER=${definer}`);
}

export function keyOf({ kind, name }: Pick<StoredObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** Under which an event stands that was off on the server that was dumped, and wasn't switched off: what is loaded has it for each. */
export function statusKey(event: Pick<StoredObject, 'kind' | 'name'>): string {
  return `status of ${keyOf(event)}`;
}

/** In the order in which they can be made. */
export const KINDS = ['function', 'procedure', 'package', 'package body', 'view', 'trigger', 'event'] as const;

/** Where `show create` answers what: statement, mode, character set, collation, the database's, time zone. */
const COLUMNS = {
  view: [1, null, 2, 3, null, null],
  trigger: [2, 1, 3, 4, 5, null],
  function: [2, 1, 3, 4, 5, null],
  procedure: [2, 1, 3, 4, 5, null],
  package: [2, 1, 3, 4, 5, null],
  'package body': [2, 1, 3, 4, 5, null],
  event: [3, 1, 4, 5, 6, 2],
} as const;

export async function objectsOf(server: Server, database: string, signal?: AbortSignal): Promise<readonly StoredObject[]> {
  const at = literal(database);
  const names = await sql(
    server,
    `select lower(routine_type), routine_name from information_schema.routines where routine_schema = ${at};
select 'view', table_name from information_schema.views where table_schema = ${at};
select 'trigger', trigger_name from information_schema.triggers where trigger_schema = ${at} order by event_object_table, action_order;
select 'event', event_name from information_schema.events where event_schema = ${at};`,
    signal,
  );
  const listed = names.flatMap(([kind, name = '']) => KINDS.filter((each) => each === kind).map((known) => ({ kind: known, name })));
  const script = listed.map(({ kind, name }) => `show create ${kind} ${identifier(name)};`);
  const answers = listed.length === 0 ? [] : await sql(server, [`use ${identifier(database)};`, ...script].join('\n'), signal);
  return listed.map(({ kind, name }, index) => {
    const [statement, mode, charset, collation, ofDatabase, zone] = COLUMNS[kind];
    const column = (at: number | null): string => (at === null ? '' : (answers[index]?.[at] ?? ''));
    const collations = { collation: column(collation), databaseCollation: column(ofDatabase) };
    return {
      kind,
      name,
      statement: kind === 'view' ? withOwnNames(column(statement), database) : column(statement),
      sqlMode: column(mode),
      charset: column(charset),
      ...collations,
      timeZone: column(zone),
    };
  });
}
