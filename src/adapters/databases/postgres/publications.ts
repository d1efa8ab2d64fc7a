import type { Server } from '../dialect.ts';
import { failedBecause } from '../failures.ts';
import type { Archive } from './archive.ts';
import { psql } from './psql.ts';
import { scriptOf } from './script.ts';
import { isOn } from './restorable.ts';
import type { TocEntry } from './toc.ts';

const NAME = String.raw`(?:[a-z_][a-z0-9_$]*|"(?:[^"]|"")+")`;
const ACTION = '(?:insert|update|delete|truncate)';
const OPTIONS = String.raw`WITH \(publish = '(?:${ACTION}(?:, ${ACTION})*)?'(?:, publish_via_partition_root = true)?(?:, publish_generated_columns = (?:stored|none))?\)`;
const CREATE = new RegExp(`^CREATE PUBLICATION (${NAME}) FOR ALL TABLES ${OPTIONS};$`, 'gmu');
const ADD = new RegExp(`^ALTER PUBLICATION (${NAME}) ADD TABLES IN SCHEMA (${NAME});$`, 'gmu');

/** What an archive publishes as a whole. */
export interface Publications {
  /** In the words of pg_dump, each of which was looked at: nothing else can be in them. */
  readonly statements: readonly string[];
  /** What of the archive they stand for. */
  readonly entries: readonly TocEntry[];
  /** Whether there are others, of single tables. */
  readonly others: boolean;
}

/**
 * Publications of all tables and of whole schemas, which only superusers make. They show their own database alone, and only to whoever may read the server's log of changes, so that an owner who
 * forges one gains nothing: but nothing else than such a statement is ever taken from an archive.
 */
export async function publicationsIn(server: Server, archive: Archive, signal?: AbortSignal): Promise<Publications> {
  const entries = archive.toc.filter(({ kind }) => kind === 'PUBLICATION' || kind === 'PUBLICATION TABLES IN SCHEMA');
  if (entries.length === 0) return { statements: [], entries: [], others: false };
  const script = await scriptOf(server, archive, { entries }, signal);
  const [all, schemas] = [[...script.matchAll(CREATE)], [...script.matchAll(ADD)]];
  const names = new Set(all.map(([, name = '']) => `- ${bare(name)} `));
  const own = entries.filter(({ kind, rest }) => kind !== 'PUBLICATION' || [...names].some((start) => rest.startsWith(start)));
  const comments = archive.toc.filter((entry) => isOn(own.filter(({ kind }) => kind === 'PUBLICATION'), entry)); // prettier-ignore
  const wanted = entries.filter(({ kind }) => kind === 'PUBLICATION TABLES IN SCHEMA').length;
  if (schemas.length !== wanted) throw failedBecause(server, 'import_failed', 'a publication in it is none that pg_dump writes');
  const owned = schemas.map(([, name]) => `ALTER PUBLICATION ${name} OWNER TO CURRENT_USER;`);
  return {
    statements: [...[...all, ...schemas].map(([statement]) => statement), ...owned],
    entries: [...own, ...comments],
    others: own.length < entries.length,
  };
}

function bare(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

const OWNERS = `select format('alter publication %I owner to %I', pubname, pg_get_userbyid(datdba)) from pg_publication cross join pg_database
  where datname = current_database() and not puballtables and pg_get_userbyid(pubowner) ~ '_vigie_owner$' \\gexec`;

/** Makes them in what was loaded, and gives the others, which an owner of things can't be given alone, to the owner of the database. */
export async function makePublications(
  server: Server,
  database: string,
  { statements, others }: Publications,
  signal?: AbortSignal,
): Promise<void> {
  if (statements.length === 0 && !others) return;
  await psql(server, database, [...statements, OWNERS].join('\n'), signal);
}
