import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who brings something back: whoever loads a dump and may nothing else, vigie with the superuser's rights, or nobody but a person. */
export type RestoredBy = 'loader' | 'vigie' | 'person';

export type SchemaEngine = 'postgres' | 'mariadb';

/** Something that a database may hold, and what is to become of it. */
export interface Situation {
  readonly engine: SchemaEngine;
  /** `Immich: places near each other`; a project's name stands before a colon. */
  readonly title: string;
  readonly by: RestoredBy;
  /** What the backup names as not restorable, in its words and in any order. */
  readonly left: readonly string[];
  /** What is otherwise after the restore, as `play.ts` names it: `- EVENT TRIGGER audit` is gone, `~ DEFINER view v: root@localhost → …` is another, and which, `+ …` is new. */
  readonly differs: readonly string[];
  /** What of that is still otherwise once a person has run the statements that the restore leaves: rows, and what the restore brought with another owner. */
  readonly stays: readonly string[];
  /** As the superuser, in the database `pad`. */
  readonly sql: string;
  /** The same; what every situation suffers otherwise: half of its tables go. */
  readonly damage: string | null;
}

const FOLDER = import.meta.dirname;

/**
 * All of an engine's, from `postgres/*.sql` or `mariadb/*.sql`. A situation begins with `-- # title`, then what is expected of it (`-- by:`, and any number of `-- left:`, `-- differs:` and `-- stays:`), then its SQL;
 * what follows the line `-- damage` is done to it after its backup.
 */
export function situationsOf(engine: SchemaEngine): readonly Situation[] {
  const folder = join(FOLDER, engine);
  const files = readdirSync(folder).filter((name) => name.endsWith('.sql')).toSorted(); // prettier-ignore
  return files.flatMap((name) => {
    const [, ...parts] = readFileSync(join(folder, name), 'utf8').split(/^-- # /mu);
    return parts.map((part) => situationOf(engine, part));
  });
}

function situationOf(engine: SchemaEngine, part: string): Situation {
  const [title = '', ...lines] = part.split('\n');
  const end = lines.findIndex((line) => !/^-- (?:by|left|differs|stays): /u.test(line));
  const head = lines.slice(0, end);
  const said = (key: string): readonly string[] =>
    head.flatMap((line) => (line.startsWith(`-- ${key}: `) ? [line.slice(`-- ${key}: `.length)] : []));
  const [sql = '', damage = null] = lines
    .slice(end)
    .join('\n')
    .split(/^-- damage$/mu);
  const by = said('by')[0] ?? 'loader';
  if (by !== 'loader' && by !== 'vigie' && by !== 'person') throw new Error(`${title}: nobody is called ${by}`);
  return {
    engine,
    title,
    by,
    left: said('left').toSorted(),
    differs: said('differs').toSorted(),
    stays: said('stays').toSorted(),
    sql: sql.trim(),
    damage: damage?.trim() ?? null,
  };
}

/** One in so many is played where only a sample is. */
const SHARE = 6;

/** All of them with SCHEMAS=all (`npm run test:schemas`), with SCHEMAS=word those whose title has it, else a sample. */
export function toPlay(all: readonly Situation[]): readonly Situation[] {
  const wanted = process.env['SCHEMAS'];
  if (wanted === undefined) return all.filter((_, index) => index % SHARE === 0);
  return wanted === 'all' ? all : all.filter(({ title }) => title.includes(wanted));
}
