import { z } from 'zod';
import { parseJson } from '#kernel/json.ts';
import type { Server, SwapNames } from '../dialect.ts';
import { identifier, literal, sql } from './client.ts';
import { foreignKeyAround, foreignKeysAround } from './foreign-keys.ts';
import { KINDS, keyOf, objectsOf, type StoredObject } from './objects.ts';
import { definersIn, whileDefinersSee } from './rights.ts';
import { routineRight, routineRightsOn } from './routine-rights.ts';

/** Written before anything is changed: what has to be made again. It is renamed with the tables, so that where it stands tells how far a swap went. */
export const NOTES = '_vigie_swap';
/** The notes of what a kept copy had beside its tables, for as long as it is kept. */
export const KEPT_NOTES = '_vigie_kept';

const object = z.strictObject({
  kind: z.enum(KINDS),
  name: z.string(),
  statement: z.string(),
  sqlMode: z.string(),
  charset: z.string(),
  collation: z.string(),
});
const notes = z.strictObject({
  live: z.array(object),
  fresh: z.array(object),
  /** Of the live database, and of others that lead into it. */
  keys: z.array(foreignKeyAround),
  /** Those that what comes had when it was live itself. */
  comingKeys: z.array(foreignKeyAround),
  /** Rights on single routines of the live database, which go with them. */
  routineRights: z.array(routineRight),
});
export type Notes = z.infer<typeof notes>;

export async function notesAt(server: Server, names: readonly string[], signal?: AbortSignal): Promise<string | null> {
  const list = names.map(literal).join(', ');
  const [row] = await sql(
    server,
    `select table_schema from information_schema.tables where table_name = '${NOTES}' and table_schema in (${list});`,
    signal,
  );
  return row?.[0] ?? null;
}

/** Under another name first: half of it would pass for all. */
export async function write(server: Server, { live, fresh, into }: SwapNames, signal?: AbortSignal): Promise<void> {
  const before = into ? [] : await objectsOf(server, live, signal);
  // What was kept comes back: its definers have no rights on the name that it stands under.
  const definers = await definersIn(server, fresh, signal);
  const there = await whileDefinersSee(server, { database: fresh, definers }, () => objectsOf(server, fresh, signal), signal);
  const kept = await keptNotes(server, fresh, signal);
  const coming = kept === null ? there : together(kept.live, there);
  const keys = into ? [] : await foreignKeysAround(server, live, signal);
  const routineRights = into ? [] : await routineRightsOn(server, live, signal);
  const written: Notes = {
    live: [...before],
    fresh: [...coming],
    keys: [...keys],
    comingKeys: kept?.keys.filter(({ inward }) => !inward) ?? [],
    routineRights: [...routineRights],
  };
  const draft = `${identifier(fresh)}.${identifier(`${NOTES}_draft`)}`;
  await sql(
    server,
    `set max_statement_time = 0;
create or replace table ${draft} (content longtext character set utf8mb4) engine = InnoDB;
insert into ${draft} values (${literal(JSON.stringify(written))});
rename table ${draft} to ${identifier(fresh)}.${identifier(NOTES)};`,
    signal,
  );
}

/** Those that were noted, as they were, and what somebody has added since. */
function together(noted: readonly StoredObject[], there: readonly StoredObject[]): readonly StoredObject[] {
  const known = new Set(noted.map(keyOf));
  return [...noted, ...there.filter((each) => !known.has(keyOf(each)))];
}

export async function read(server: Server, database: string, signal?: AbortSignal): Promise<Notes> {
  return await contentOf(server, database, NOTES, signal);
}

async function contentOf(server: Server, database: string, table: string, signal?: AbortSignal): Promise<Notes> {
  const [row] = await sql(server, `select content from ${identifier(database)}.${identifier(table)};`, signal);
  return notes.parse(parseJson(row?.[0] ?? ''));
}

async function keptNotes(server: Server, database: string, signal?: AbortSignal): Promise<Notes | null> {
  const text = `select 1 from information_schema.tables where table_schema = ${literal(database)} and table_name = '${KEPT_NOTES}';`;
  return (await sql(server, text, signal)).length === 0 ? null : await contentOf(server, database, KEPT_NOTES, signal);
}

/** The last of a swap: what the kept copy had is noted in it for the day on which it comes back. */
export async function keepNotes(server: Server, kept: string, signal?: AbortSignal): Promise<void> {
  await sql(server, `rename table ${identifier(kept)}.${identifier(NOTES)} to ${identifier(kept)}.${identifier(KEPT_NOTES)};`, signal);
}
