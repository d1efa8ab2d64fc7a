import type { Catalogue } from '#domain/backup/catalogue.ts';
import type { Server, SwapNames } from '../dialect.ts';
import { accountName, identifier, literal, sql } from './client.ts';
import { foreignKeysAround } from './foreign-keys.ts';
import { keptNotes, NOTES, type Notes } from './notes.ts';
import { objectHash } from './object-text.ts';
import { keyOf, objectsOf, statusKey, type StoredObject } from './objects.ts';
import { definersIn, whileDefinersSee } from './rights.ts';
import { rightsIn, routineKind, type RoutineRight, routineRightsOn } from './routine-rights.ts';
import { sealOf } from './seal.ts';

/** Notes what a swap has to make again. Under another name first: half of it would pass for all. */
export async function writeNotes(
  server: Server,
  { live, fresh, kept: keptAs, into, dumped = null }: SwapNames,
  signal?: AbortSignal,
): Promise<void> {
  const before = into ? [] : await objectsOf(server, live, signal);
  // What was kept comes back: its definers have no rights on the name that it stands under.
  const definers = await definersIn(server, fresh, signal);
  const there = await whileDefinersSee(server, { database: fresh, definers }, () => objectsOf(server, fresh, signal), signal);
  const kept = await keptNotes(server, fresh, signal);
  const coming = kept === null ? there : together(kept.live, there);
  const keys = into ? [] : await foreignKeysAround(server, live, signal);
  const routineRights = into ? [] : await routineRightsOn(server, live, signal);
  const lost = into ? [] : lostIn(before, coming);
  const known = dumped === null ? [] : lost.filter((each) => dumped[keyOf(each)] === objectHash(each, fresh));
  const gone =
    kept === null ? dumpedRights(known, dumped) : kept.routineRights.filter((each) => lost.some((one) => keyOf(one) === keyOf(each)));
  const written: Notes = {
    live: [...before],
    fresh: [...coming],
    keys: [...keys],
    comingKeys: kept?.keys.filter(({ inward }) => !inward) ?? [],
    routineRights: [...routineRights, ...gone],
    definers: await dumpedDefiners(server, known, dumped, signal),
    asleep: coming.filter((each) => dumped?.[statusKey(each)] !== undefined).map(keyOf),
  };
  const { seal } = await sealOf(server, signal);
  const [draft, target] = [`${NOTES}_draft`, NOTES].map((name) => `${identifier(fresh)}.${identifier(name)}`);
  await sql(
    server,
    `set max_statement_time = 0;
drop view if exists ${target}, ${draft};
drop table if exists ${target};
create or replace table ${draft} (content longtext character set utf8mb4) engine = InnoDB;
insert into ${draft} values (${literal(seal(JSON.stringify(written), keptAs))});
rename table ${draft} to ${target};`,
    signal,
  );
}

/** What comes, and isn't in the live database. */
function lostIn(before: readonly StoredObject[], coming: readonly StoredObject[]): readonly StoredObject[] {
  const there = new Set(before.map(keyOf));
  return coming.filter((each) => !there.has(keyOf(each)));
}

/** @param known things that are what was dumped */
function dumpedRights(known: readonly StoredObject[], dumped: Catalogue | null): readonly RoutineRight[] {
  return known.flatMap((each) => {
    const [kind, entry] = [routineKind(each.kind), dumped?.[`rights on ${keyOf(each)}`]];
    return kind === null || entry === undefined ? [] : rightsIn(entry, { kind, name: each.name });
  });
}

/** Of accounts that there still are: whoever takes the name of one that is gone isn't it. */
async function dumpedDefiners(
  server: Server,
  known: readonly StoredObject[],
  dumped: Catalogue | null,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  if (known.length === 0) return {};
  const found = await sql(server, 'select user, host from mysql.global_priv;', signal);
  const accounts = new Set(found.map(([user = '', host = '']) => accountName(user, host)));
  const entries = known.map((each) => [keyOf(each), dumped?.[`definer of ${keyOf(each)}`] ?? ''] as const);
  return Object.fromEntries(entries.filter(([, definer]) => accounts.has(definer)));
}

/** Those that were noted, as they were, and what somebody has added since. */
function together(noted: readonly StoredObject[], there: readonly StoredObject[]): readonly StoredObject[] {
  const known = new Set(noted.map(keyOf));
  return [...noted, ...there.filter((each) => !known.has(keyOf(each)))];
}
