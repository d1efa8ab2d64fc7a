import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { withDependents } from './dependents.ts';
import { askLive } from './live.ts';
import { identifier, psql, rows } from './psql.ts';
import { LOOKED_UP, SPECIALS } from './specials.ts';
import { inOneLine, type TocEntry } from './toc.ts';

/**
 * What whoever owns a database makes by themselves: all else (event triggers, subscriptions, foreign servers, operator classes, …) only a superuser does, or reaches out of its database, and a dump says
 * what it does, so that vigie makes none of it. What nobody has heard of yet is all else. Source: pg_dump's list of what it dumps, and "CREATE …" of the server's manual on each.
 */
const ORDINARY = new Set([
  'ACL', 'AGGREGATE', 'BLOB', 'BLOB METADATA', 'BLOB COMMENTS', 'BLOBS', 'CAST', 'CHECK CONSTRAINT', 'COLLATION', 'COMMENT', 'CONSTRAINT', 'CONVERSION', 'DEFAULT', 'DEFAULT ACL', 'DOMAIN', 'EXTENSION',
  'FK CONSTRAINT', 'FUNCTION', 'INDEX', 'INDEX ATTACH', 'LARGE OBJECT', 'MATERIALIZED VIEW', 'MATERIALIZED VIEW DATA', 'OPERATOR', 'POLICY', 'PROCEDURE', 'PUBLICATION', 'PUBLICATION TABLE',
  'PUBLICATION TABLES IN SCHEMA', 'ROW SECURITY', 'RULE', 'SCHEMA', 'SEQUENCE', 'SEQUENCE OWNED BY', 'SEQUENCE SET', 'SHELL TYPE', 'STATISTICS', 'STATISTICS DATA', 'TABLE', 'TABLE ATTACH',
  'TABLE DATA', 'TEXT SEARCH CONFIGURATION', 'TEXT SEARCH DICTIONARY', 'TRIGGER', 'TYPE', 'VIEW',
]); // prettier-ignore

/** Extensions that let themselves be made in one database of a server alone, so that no other can be filled beside it. */
const IN_ONE_DATABASE = ['pg_cron'];

/** An entry without its owner: `EVENT TRIGGER audit`. */
export function labelOf({ kind, rest }: TocEntry): string {
  const named = rest.replace(/ \S*$/u, '').replace(/^- (?:USER MAPPING )?/u, '');
  return `${kind} ${named}`;
}

/** Comments, rights and labels go with what they are on. */
export function isOn(left: readonly TocEntry[], { kind, needs }: TocEntry): boolean {
  return ['COMMENT', 'ACL', 'SECURITY LABEL'].includes(kind) && left.some(({ id }) => needs.includes(id));
}

const ofExtension = z.strictObject({ kind: z.string(), start: z.string(), name: z.string(), extension: z.string(), writable: z.boolean() });

/** Tables and sequences that an extension brought, and whether whoever owns the database may write there by themselves. */
const OF_EXTENSIONS = `select json_build_object('kind', case relkind when 'S' then 'SEQUENCE SET' else 'TABLE DATA' end, 'start', nspname || ' ' || relname || ' ', 'name', format('%I.%I', nspname, relname), 'extension', extname,
    'writable', case relkind when 'S' then has_sequence_privilege(datdba, c.oid, 'UPDATE') else has_table_privilege(datdba, c.oid, 'INSERT') end and not (select rolsuper from pg_roles where oid = datdba))
  from pg_class c join pg_namespace n on n.oid = relnamespace join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e' join pg_extension e on e.oid = d.refobjid
    cross join pg_database where relkind in ('r', 'p', 'S') and datname = current_database();`;

async function partsOfExtensions(server: Server, database: string, signal?: AbortSignal) {
  return await rows(server, database, { sql: OF_EXTENSIONS, row: ofExtension }, signal);
}

const startsAs = (entry: TocEntry, { kind, start }: { readonly kind: string; readonly start: string }): boolean =>
  entry.kind === kind && entry.rest.startsWith(inOneLine(start));

/** What of an archive neither the loader nor vigie's own hand can make again, as it is in the live database. */
export async function unrestorable(server: Server, toc: readonly TocEntry[], signal?: AbortSignal): Promise<readonly TocEntry[]> {
  const live = server.facts.database;
  const specials = await rows(server, live, SPECIALS, signal);
  const foreign = (await partsOfExtensions(server, live, signal)).filter(
    ({ extension, writable }) => !writable && !LOOKED_UP.includes(extension),
  );
  const single = IN_ONE_DATABASE.map((name) => ({ kind: 'EXTENSION', start: `- ${name} ` }));
  const left = toc.filter(
    (entry) => !ORDINARY.has(entry.kind) || [...specials, ...foreign, ...single].some((each) => startsAs(entry, each)),
  );
  return left.length === 0 ? left : withFilled(toc, await withDependents(server, toc, left, signal));
}

/** And the rows of views that are filled from views without rows. */
function withFilled(toc: readonly TocEntry[], left: readonly TocEntry[]): readonly TocEntry[] {
  const ids = new Set(left.map(({ id }) => id));
  // The list has what is needed first.
  for (const { id, kind, needs } of toc) if (kind === 'MATERIALIZED VIEW DATA' && needs.some((each) => ids.has(each))) ids.add(id);
  return toc.filter(({ id }) => ids.has(id));
}

/**
 * Lets the loader write into tables of extensions that the archive has rows for, for as long as `act` takes: those of the list, and those that the owner of the live database may write into.
 */
export async function writingIntoExtensions<T>(
  server: Server,
  { database, role, toc }: { readonly database: string; readonly role: string; readonly toc: readonly TocEntry[] },
  act: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const parts = (await partsOfExtensions(server, database, signal)).filter((each) => toc.some((entry) => startsAs(entry, each)));
  if (parts.length === 0) return await act();
  const ask = async (live: string): Promise<readonly string[]> =>
    (await partsOfExtensions(server, live, signal)).filter(({ writable }) => writable).map(({ name }) => name);
  const open = await askLive<readonly string[], readonly string[]>(server, { beside: database, none: [] }, ask);
  const granted = parts.filter(({ extension, name }) => LOOKED_UP.includes(extension) || open.includes(name));
  const right = (verb: string, to: string): string =>
    granted.map(({ kind, name }) => `${verb} ${kind === 'TABLE DATA' ? 'insert, references' : 'update'} on ${kind === 'TABLE DATA' ? 'table' : 'sequence'} ${name} ${to} ${identifier(role)};`).join('\n'); // prettier-ignore
  await psql(server, database, right('grant', 'to'), signal);
  const done = await act();
  await psql(server, database, right('revoke', 'from'), signal);
  return done;
}
