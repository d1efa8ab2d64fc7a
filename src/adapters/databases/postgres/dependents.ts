import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { rows } from './psql.ts';
import type { TocEntry } from './toc.ts';

const found = z.strictObject({ catalog: z.number(), oid: z.number() });

/** What needs something else. A default, a check and the rule of a view go with what they are on: that is made in one statement with them. */
const dependents = (things: string): string => `with recursive needs (catalog, oid) as (
  values ${things}
  union
  select x.catalog, x.oid from needs n join pg_depend d on d.refclassid = n.catalog and d.refobjid = n.oid and d.deptype in ('n', 'a', 'i', 'P', 'S') cross join lateral (
    select d.classid, d.objid
    union all select 'pg_class'::regclass, ev_class from pg_rewrite where d.classid = 'pg_rewrite'::regclass and oid = d.objid and d.deptype = 'n'
    union all select 'pg_class'::regclass, adrelid from pg_attrdef where d.classid = 'pg_attrdef'::regclass and oid = d.objid and d.deptype = 'n'
    union all select 'pg_class'::regclass, conrelid from pg_constraint where d.classid = 'pg_constraint'::regclass and oid = d.objid and d.deptype = 'n' and contype = 'c' and conrelid <> 0
  ) x (catalog, oid)
)
select json_build_object('catalog', catalog::oid::int8, 'oid', oid::int8) from needs;`;

const PG_CLASS = 1259;

/** What of an archive can't be made without what is left out of it, that included: a table with a column of a type that isn't there, its rows, its indexes. */
export async function withDependents(
  server: Server,
  toc: readonly TocEntry[],
  left: readonly TocEntry[],
  signal?: AbortSignal,
): Promise<readonly TocEntry[]> {
  const things = left.filter(({ catalog }) => catalog > 0).map(({ catalog, oid }) => `(${catalog}::oid, ${oid}::oid)`);
  if (things.length === 0) return left;
  const needs = await rows(server, server.facts.database, { sql: dependents(things.join(', ')), row: found }, signal);
  const keys = new Set(needs.map(({ catalog, oid }) => `${catalog} ${oid}`));
  const isRowsOf = ({ kind, oid }: TocEntry): boolean => kind.endsWith(' DATA') && keys.has(`${PG_CLASS} ${oid}`);
  return toc.filter((entry) => left.includes(entry) || keys.has(`${entry.catalog} ${entry.oid}`) || isRowsOf(entry));
}
