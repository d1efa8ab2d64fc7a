import { z } from 'zod';
import { siblingOf } from '#domain/backup/sibling.ts';
import { VigieError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import type { Server, SwapNames } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { foreignKeyAround } from './foreign-keys.ts';
import { KINDS } from './objects.ts';
import { sealOf } from './seal.ts';
import { routineRight } from './routine-rights.ts';

/** Written before anything is changed: what has to be made again. It is renamed with the tables, so that where it stands tells how far a swap went. */
export const NOTES = '_vigie_swap';
/** The notes of what a kept copy had beside its tables, for as long as it is kept. */
export const KEPT_NOTES = '_vigie_kept';
/** Tables of these names are vigie's own, in whatever database: somebody else's are neither dumped nor moved, nor believed. */
export const OWN_TABLES = [NOTES, KEPT_NOTES] as const;
/** The same as SQL lists them. */
export const OWN_TABLE_LIST = OWN_TABLES.map(literal).join(', ');

export function isOwnTable(name: string): boolean {
  return OWN_TABLES.some((each) => each === name);
}

const object = z.strictObject({
  kind: z.enum(KINDS),
  name: z.string(),
  statement: z.string(),
  sqlMode: z.string(),
  charset: z.string(),
  collation: z.string(),
  databaseCollation: z.string().default(''),
  timeZone: z.string().default(''),
});
const notes = z.strictObject({
  live: z.array(object),
  fresh: z.array(object),
  /** Of the live database, and of others that lead into it. */
  keys: z.array(foreignKeyAround),
  /** Those that what comes had when it was live itself. */
  comingKeys: z.array(foreignKeyAround),
  /** Rights on single routines, which go with these: those of the live database, and on what it hasn't any more those that there were. */
  routineRights: z.array(routineRight),
  /** In whose name things ran when they were dumped that the live database hasn't any more. */
  definers: z.record(z.string(), z.string()).default({}),
  /** Events that didn't run on this server when they were dumped. */
  asleep: z.array(z.string()).default([]),
});
export type Notes = z.infer<typeof notes>;

/** @param kept the name under which the live database is kept, for which they were written */
export async function notesAt(
  server: Server,
  names: readonly string[],
  { kept }: Pick<SwapNames, 'kept'>,
  signal?: AbortSignal,
): Promise<string | null> {
  for (const name of names) if ((await sealedIn(server, { database: name, table: NOTES, kept }, signal)) !== null) return name;
  return null;
}

/** @throws database_refused where they aren't vigie's any more */
export async function read(server: Server, database: string, { kept }: Pick<SwapNames, 'kept'>, signal?: AbortSignal): Promise<Notes> {
  const found = await sealedIn(server, { database, table: NOTES, kept }, signal);
  if (found !== null) return found;
  const reason = `vigie's notes of the swap are gone from ${database}, or somebody changed them`;
  throw new VigieError('database_refused', { database, server: server.facts.server.name, reason });
}

/**
 * What was kept under a name, noted for that name. What is restored has none: its dump may hold what it likes.
 * @throws database_refused where something was kept, and its notes aren't vigie's
 */
export async function keptNotes(server: Server, database: string, signal?: AbortSignal): Promise<Notes | null> {
  const found = await sealedIn(server, { database, table: KEPT_NOTES, kept: database }, signal);
  if (found !== null || siblingOf(server.facts.database, database)?.role === 'new') return found;
  const text = `select 1 from information_schema.tables where table_schema = ${literal(database)} and table_name = '${KEPT_NOTES}';`;
  if ((await sql(server, text, signal)).length === 0) return null;
  const reason = `the notes in ${database}.${KEPT_NOTES} aren't vigie's, or of an older one: its triggers and events can't be made again from them; drop that table to go on without them`;
  throw new VigieError('database_refused', { database, server: server.facts.server.name, reason });
}

interface Sealed {
  readonly database: string;
  readonly table: (typeof OWN_TABLES)[number];
  readonly kept: string;
}

/** Null where there are none, or none of vigie's. Nothing but a plain table is read: a view would run what somebody wrote. */
async function sealedIn(server: Server, { database, table, kept }: Sealed, signal?: AbortSignal): Promise<Notes | null> {
  const plain = `select 1 from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
where table_schema = ${literal(database)} and table_name = '${table}' and table_type = 'BASE TABLE' and engine = 'InnoDB' and column_name = 'content' and data_type = 'longtext' and is_generated = 'NEVER';`;
  if ((await sql(server, plain, signal)).length === 0) return null;
  const { open } = await sealOf(server, signal);
  const contents = await sql(server, `select content from ${identifier(database)}.${identifier(table)} limit 2;`, signal);
  const text = contents.length === 1 ? open(contents[0]?.[0] ?? '', kept) : null;
  return text === null ? null : notes.parse(parseJson(text));
}

/** The last of a swap: what the kept copy had is noted in it for the day on which it comes back. */
export async function keepNotes(server: Server, kept: string, signal?: AbortSignal): Promise<void> {
  await sql(server, `rename table ${identifier(kept)}.${identifier(NOTES)} to ${identifier(kept)}.${identifier(KEPT_NOTES)};`, signal);
}
