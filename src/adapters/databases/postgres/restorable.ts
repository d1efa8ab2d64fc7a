import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { withDependents } from './dependents.ts';
import { askLive } from './live.ts';
import { identifier, psql, rows } from './psql.ts';
import type { TocEntry } from './toc.ts';

/** What only a superuser makes, and what reaches out of its database: a dump says what these do, so that vigie makes none of them. */
const OF_SUPERUSERS = new Set([
  'EVENT TRIGGER', 'SUBSCRIPTION', 'SUBSCRIPTION TABLE', 'FOREIGN DATA WRAPPER', 'SERVER', 'USER MAPPING', 'FOREIGN TABLE', 'OPERATOR CLASS', 'OPERATOR FAMILY', 'ACCESS METHOD', 'TEXT SEARCH PARSER',
  'TEXT SEARCH TEMPLATE', 'PROCEDURAL LANGUAGE',
]); // prettier-ignore

/**
 * Extensions whose rows of their own may be loaded, as somebody without rights who may write there for that long. What stands in these tables is looked up by functions that run with their caller's
 * rights, and is never run itself: whoever forges a row gets no more than they have. (The jobs of pg_cron, say, run in the name that their row says.)
 */
const LOOKED_UP = ['postgis', 'postgis_topology', 'postgis_tiger_geocoder', 'address_standardizer', 'address_standardizer_data_us'];

/** Extensions that let themselves be made in one database of a server alone, so that no other can be filled beside it. */
const IN_ONE_DATABASE = ['pg_cron'];

/** An entry without its owner: `EVENT TRIGGER audit`. */
export function labelOf({ kind, rest }: TocEntry): string {
  const named = rest.replace(/ \S*$/u, '').replace(/^- (?:USER MAPPING )?/u, '');
  return `${kind} ${named}`;
}

/** Comments and rights go with what they are on: `- EVENT TRIGGER audit`, `- FOREIGN SERVER far`. */
export function isOn(left: readonly TocEntry[], { kind, rest }: TocEntry): boolean {
  if (!['COMMENT', 'ACL', 'SECURITY LABEL'].includes(kind)) return false;
  const named = rest
    .replace(/ \S*$/u, '')
    .replace(/^- /u, '')
    .replace(/^(\S+ )?FOREIGN SERVER /u, '$1SERVER ');
  return left.some((each) => {
    const [schema = '-'] = each.rest.split(' ', 1);
    const name = labelOf(each)
      .slice(each.kind.length + 1)
      .replace(`${schema} `, '');
    return named === `${schema === '-' ? '' : `${schema} `}${each.kind} ${name}`;
  });
}

const special = z.strictObject({ kind: z.string(), start: z.string() });

/** Types made of functions, which have to be C; functions in a language that only superusers use, or that promise to leak nothing: the list of an archive doesn't tell these from others. */
const SPECIAL = `select json_build_object('kind', case prokind when 'a' then 'AGGREGATE' when 'p' then 'PROCEDURE' else 'FUNCTION' end, 'start', nspname || ' ' || proname || '(')
  from pg_proc p join pg_namespace n on n.oid = pronamespace join pg_language l on l.oid = prolang
  where p.oid >= 16384 and prokind <> 'a' and (proleakproof or not lanpltrusted) and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
union all
select json_build_object('kind', kind, 'start', nspname || ' ' || typname || ' ') from pg_type t join pg_namespace n on n.oid = typnamespace cross join unnest(array['TYPE', 'SHELL TYPE']) kind
  where t.oid >= 16384 and typtype = 'b' and typelem = 0 and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e');`;

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
  entry.kind === kind && entry.rest.startsWith(start);

/** What of an archive neither the loader nor vigie's own hand can make again, as it is in the live database. */
export async function unrestorable(server: Server, toc: readonly TocEntry[], signal?: AbortSignal): Promise<readonly TocEntry[]> {
  const live = server.facts.database;
  const specials = await rows(server, live, { sql: SPECIAL, row: special }, signal);
  const foreign = (await partsOfExtensions(server, live, signal)).filter(
    ({ extension, writable }) => !writable && !LOOKED_UP.includes(extension),
  );
  const single = IN_ONE_DATABASE.map((name) => ({ kind: 'EXTENSION', start: `- ${name} ` }));
  const left = toc.filter(
    (entry) => OF_SUPERUSERS.has(entry.kind) || [...specials, ...foreign, ...single].some((each) => startsAs(entry, each)),
  );
  return left.length === 0 ? left : await withDependents(server, toc, left, signal);
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
    granted.map(({ kind, name }) => `${verb} ${kind === 'TABLE DATA' ? 'insert' : 'update'} on ${kind === 'TABLE DATA' ? 'table' : 'sequence'} ${name} ${to} ${identifier(role)};`).join('\n'); // prettier-ignore
  await psql(server, database, right('grant', 'to'), signal);
  const done = await act();
  await psql(server, database, right('revoke', 'from'), signal);
  return done;
}
