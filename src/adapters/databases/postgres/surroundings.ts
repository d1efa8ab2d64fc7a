import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { identifier, literal, MAINTENANCE, rows } from './psql.ts';
import { ownerIn, type TocEntry } from './toc.ts';

/** What is computed anew while a database is filled (an index, a check, the rows of a view) calls functions, and may come out otherwise under another of these. */
const SETTINGS = ['search_path', 'timezone', 'default_text_search_config'];

/** Of whoever owns the live database, once they come into it: what is set for them there goes before what is set for them, and that before what is set for the database. */
const SET = (
  database: string,
): string => `select json_build_object('owner', pg_get_userbyid(datdba), 'set', (select coalesce(json_object_agg(name, value), '{}') from (
    select distinct on (name) name, value from pg_db_role_setting, unnest(setconfig) as setting, lower(split_part(setting, '=', 1)) as name, substr(setting, strpos(setting, '=') + 1) as value
      where setdatabase in (0, d.oid) and setrole in (0, datdba) and name in (${SETTINGS.map(literal).join(', ')}) order by name, setrole <> 0 desc, setdatabase <> 0 desc) each))
  from pg_database d where datname = ${literal(database)};`;

const found = z.strictObject({ owner: z.string(), set: z.record(z.string(), z.string()) });

/** What the server takes where nothing is set. */
const USUAL = '"$user", public';
/** What has more of them has one for each of its customers, say: no name of theirs means one thing. */
const MOST = 32;

/** Under which settings a database is filled. */
export interface Surroundings {
  readonly path: readonly string[];
  readonly others: Readonly<Record<string, string>>;
}

/**
 * As the live database's owner has them. Where names are looked for that a function says without their schema no archive says: first where that owner looks, then in `public`, then in those schemas of
 * the archive in which nothing has a name that another one has as well, since whoever uses such a function has them set for themselves.
 */
export async function surroundings(
  server: Server,
  toc: readonly TocEntry[],
  roles: readonly string[],
  signal?: AbortSignal,
): Promise<Surroundings> {
  const [live] = await rows(server, MAINTENANCE, { sql: SET(server.facts.database), row: found }, signal);
  const { search_path: looked = USUAL, ...others } = live?.set ?? {};
  const named = namesIn(looked).map((name) => (name === '$user' ? (live?.owner ?? '') : name));
  const first = new Set(['pg_catalog', ...named.filter((name) => name !== ''), 'public']);
  return { path: [...first, ...unmistakable(toc, roles, first)], others };
}

function namesIn(path: string): readonly string[] {
  return [...path.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/gu)].map(([, quoted, bare = '']) => quoted?.replaceAll('""', '"') ?? bare);
}

/** Kinds of what a function may name. */
const NAMED = new Set([
  'TABLE',
  'VIEW',
  'MATERIALIZED VIEW',
  'FOREIGN TABLE',
  'SEQUENCE',
  'FUNCTION',
  'PROCEDURE',
  'AGGREGATE',
  'TYPE',
  'DOMAIN',
]);

function unmistakable(toc: readonly TocEntry[], roles: readonly string[], first: ReadonlySet<string>): readonly string[] {
  const own = (entry: TocEntry): string => entry.rest.slice(0, -ownerIn(entry, roles).length - 1);
  const schemas = toc.filter(({ kind }) => kind === 'SCHEMA').map((entry) => own(entry).replace(/^- /u, ''));
  if (schemas.length > MOST) return [];
  const all = [...new Set([...schemas, ...first])].toSorted((one, other) => other.length - one.length);
  const where = new Map<string, Set<string>>();
  for (const entry of toc.filter(({ kind }) => NAMED.has(kind))) {
    const schema = all.find((each) => entry.rest.startsWith(`${each} `));
    if (schema === undefined) continue;
    const name = own(entry).slice(schema.length + 1);
    where.set(name, (where.get(name) ?? new Set()).add(schema));
  }
  const doubtful = new Set([...where.values()].filter(({ size }) => size > 1).flatMap((each) => [...each]));
  return schemas.filter((name) => !first.has(name) && !doubtful.has(name));
}

/** SQL that sets them for a role, whatever is set for everybody. */
export function setting(role: string, { path, others }: Surroundings): string {
  const values = Object.entries(others).map(([name, value]) => [name, literal(value)] as const);
  const all = [['search_path', path.map(identifier).join(', ')] as const, ...values];
  return all.map(([name, value]) => `alter role ${identifier(role)} set ${name} = ${value};`).join('\n');
}
