import type { Server } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { brokenViews } from './broken-views.ts';
import { mightyAccounts } from './definer-owners.ts';
import { foreignKeysAround } from './foreign-keys.ts';
import { historyLeft } from './history.ts';
import { databases } from './look.ts';
import { OWN_TABLE_LIST } from './notes.ts';
import { outsideFiles } from './outside-files.ts';
import { definerIn, keyOf, objectsOf, type StoredObject, withoutDefiner } from './objects.ts';

/**
 * What a loader that may do nothing outside of its own database can't make again: what reads from, or writes into, another one; what is broken already; and what isn't in the dump. (That is text, and
 * is not looked into for anything but its history: what the database holds now is what was dumped.)
 */
export async function inspect(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<readonly string[]> {
  const live = server.facts.database;
  const history = await historyLeft(server, dump, signal);
  const objects = await objectsOf(server, live, signal);
  const keys = (await foreignKeysAround(server, live, signal)).filter(({ inward, other }) => !inward && other !== live);
  const views = withDependents(objects, [...(await outsideViews(server, objects, signal)), ...(await brokenViews(server, live, signal))]);
  return [
    ...views.map((name) => `view ${name}`),
    ...(await reachingOut(server, objects, signal)),
    ...keys.map(({ table, name }) => `foreign key ${name} of table ${table}`),
    ...(await computedFromSequences(server, live, signal)),
    ...(await outsideFiles(server, live, signal)).map((name) => `table ${name}`),
    ...(await tooLarge(server, live, signal)),
    ...history,
    ...(await ofVigiesNames(server, live, signal)),
  ];
}

async function otherDatabases(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  return (await databases(server, signal)).filter((name) => name !== server.facts.database && name !== 'information_schema');
}

async function outsideViews(server: Server, objects: readonly StoredObject[], signal?: AbortSignal): Promise<readonly string[]> {
  const others = await otherDatabases(server, signal);
  const outside = objects.filter(
    ({ kind, statement }) => kind === 'view' && others.some((name) => statement.includes(`${identifier(name)}.`)),
  );
  return outside.map(({ name }) => name);
}

/** Views that stand on these as well. */
function withDependents(objects: readonly StoredObject[], left: readonly string[]): readonly string[] {
  const names = new Set(left);
  for (let size = -1; size !== names.size;) {
    size = names.size;
    for (const { kind, name, statement } of objects)
      if (kind === 'view' && [...names].some((each) => each !== name && readsFrom(statement, each))) names.add(name);
  }
  return [...names].toSorted();
}

/** Servers write what a view reads from in one way. */
function readsFrom(statement: string, view: string): boolean {
  return ['from ', 'join ', '.', '('].some((before) =>
    [' ', ')', ';', ','].some((after) => `${statement};`.includes(`${before}${identifier(view)}${after}`)),
  );
}

/** Triggers, routines and events that name another database and run in the name of somebody who may everything: nobody else may be taken for that one, so that what they do there would be refused. */
async function reachingOut(server: Server, objects: readonly StoredObject[], signal?: AbortSignal): Promise<readonly string[]> {
  const others = new Set((await otherDatabases(server, signal)).map((name) => name.toLowerCase()));
  const mighty = new Set(await mightyAccounts(server, signal));
  const found = objects.filter(
    (object) => object.kind !== 'view' && mighty.has(definerIn(object) ?? '') && namesOneOf(bodyOf(object), others),
  );
  return found.map(keyOf);
}

/** A name before a dot that no other dot stands before. */
const BEFORE_DOT = /(?<![\w$.`])(?:`((?:[^`]|``)+)`|([\w$]+))\s*\./gu;

function namesOneOf(body: string, names: ReadonlySet<string>): boolean {
  return [...body.matchAll(BEFORE_DOT)].some(([, quoted, bare = '']) => names.has((quoted?.replaceAll('``', '`') ?? bare).toLowerCase()));
}

function bodyOf({ statement }: StoredObject): string {
  return withoutDefiner(statement);
}

/** Defaults that do more with a sequence than to take its next value: they name it with its database, and no swap says them anew. */
async function computedFromSequences(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const text = `select distinct table_name from information_schema.columns where table_schema = ${literal(database)} and column_default regexp '(nextval|lastval|setval)[(]' and column_default not regexp '^nextval[(]\`([^\`]|\`\`)+\`[.]\`([^\`]|\`\`)+\`[)]$' order by 1;`;
  return (await sql(server, text, signal)).map(([table = '']) => `table ${table}`);
}

/** Tables that somebody has called as vigie calls its own: no dump has them. */
async function ofVigiesNames(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const text = `select table_name from information_schema.tables where table_schema = ${literal(database)} and table_name in (${OWN_TABLE_LIST}) order by 1;`;
  return (await sql(server, text, signal)).map(([table = '']) => `table ${table}`);
}

/** A dump writes a blob as twice as many digits, in one statement: what the server once took in parts it takes no more. */
async function tooLarge(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const columns = `select table_name, column_name from information_schema.columns where table_schema = ${literal(database)} and data_type in ('mediumblob', 'longblob', 'mediumtext', 'longtext') and generation_expression is null;`;
  const found = await sql(server, columns, signal);
  if (found.length === 0) return [];
  const asked = found.map(
    ([table = '', column = '']) =>
      `select ${literal(table)} from ${identifier(database)}.${identifier(table)} where 2 * length(${identifier(column)}) + 1000000 > 1073741824 limit 1;`,
  );
  const tables = new Set((await sql(server, asked.join('\n'), signal)).map(([table = '']) => table));
  return [...tables].map((table) => `rows of table ${table}`);
}
