import { z } from 'zod';
import type { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { failedBecause } from '../failures.ts';
import { askLive } from './live.ts';
import { identifier, literal, psql, rows } from './psql.ts';
import { extensionsOf, type TocEntry } from './toc.ts';

const available = z.strictObject({ name: z.string(), trusted: z.boolean(), requires: z.array(z.string()) });
const installed = z.strictObject({ name: z.string(), schema: z.string(), superusers: z.boolean() });
type Installed = z.infer<typeof installed>;

/** Schemas that were made for extensions. */
export interface MadeSchemas {
  readonly names: ReadonlySet<string>;
  /** Those that in the live database aren't a superuser's: who owns them may have made things there, and has said who else may. */
  readonly open: readonly string[];
  /** A superuser's, in which the archive has things of others as well: they stay the superuser's. */
  readonly filled: readonly string[];
}

/**
 * Makes the extensions that only a superuser may make, before the dump asks for them: those that the live database has. (Where there is no live database, whatever the server holds.)
 * @throws import_failed for one that nobody has decided to have here
 */
export async function makeExtensions(
  server: Server,
  database: string,
  toc: readonly TocEntry[],
  signal?: AbortSignal,
): Promise<MadeSchemas> {
  const wanted = extensionsOf(toc);
  if (wanted.length === 0) return { names: new Set(), open: [], filled: [] };
  const list = wanted.map(literal).join(', ');
  const known = await rows(server, database, { sql: availableSql(list), row: available }, signal);
  const untrusted = ofTheSuperuser(wanted, known);
  const live = await liveExtensions(server, database, list, signal);
  const found = untrusted.map((name): Installed => {
    const there = live?.find((each) => each.name === name);
    if (live !== null && there === undefined) throw refused(server, name);
    return there ?? { name, schema: 'public', superusers: true };
  });
  // Scripts of some add to the path that they find. Nothing is in the new database yet that could be taken for what they mean.
  const plain = { ...server, access: { ...server.access, searchPath: 'public' } };
  if (found.length > 0) await psql(plain, database, makingOf(found).join('\n'), signal);
  const made = found.filter(({ schema }) => !SERVERS_OWN.has(schema));
  const schemasOf = (each: readonly Installed[]): readonly string[] => [...new Set(each.map(({ schema }) => schema))];
  return {
    names: new Set(schemasOf(made)),
    open: schemasOf(made.filter(({ superusers }) => !superusers)),
    filled: schemasOf(made.filter(({ schema, superusers }) => superusers && toc.some((entry) => isIn(entry, schema)))),
  };
}

/** Schemas that every new database has. */
const SERVERS_OWN = new Set(['public', 'pg_catalog']);

function makingOf(found: readonly Installed[]): readonly string[] {
  const schemas = found.filter(({ schema }) => !SERVERS_OWN.has(schema));
  return [
    ...schemas.map(({ schema }) => `create schema if not exists ${identifier(schema)};`),
    ...found.map(({ name, schema }) => `create extension if not exists ${identifier(name)} with schema ${identifier(schema)};`),
  ];
}

/** A schema whose name is the beginning of another's, before a blank, is taken for that one: names stand in a list as they are. */
function isIn({ kind, rest }: TocEntry, schema: string): boolean {
  return kind !== 'SCHEMA' && kind !== 'EXTENSION' && kind !== 'ACL' && kind !== 'COMMENT' && rest.startsWith(`${schema} `);
}

/** Those that no other may make, and what they need, in the order in which the archive has them: what is needed stands first. */
function ofTheSuperuser(wanted: readonly string[], known: readonly z.infer<typeof available>[]): readonly string[] {
  const names = new Set(known.filter(({ trusted }) => !trusted).map(({ name }) => name));
  for (let size = -1; size !== names.size;) {
    size = names.size;
    for (const { name, requires } of known) if (names.has(name)) for (const each of requires) names.add(each);
  }
  return wanted.filter((name) => names.has(name));
}

/** Before PostgreSQL 13 no extension is trusted, and the view has no such column. */
function availableSql(list: string): string {
  return `select json_build_object('name', name, 'trusted', coalesce(bool_or((to_jsonb(v)->>'trusted')::boolean), false),
    'requires', (select coalesce(json_agg(distinct r), '[]') from pg_available_extension_versions o, unnest(o.requires) r where o.name = v.name))
  from pg_available_extension_versions v where name in (${list}) group by name;`;
}

async function liveExtensions(server: Server, database: string, list: string, signal?: AbortSignal) {
  const sql = `select json_build_object('name', extname, 'schema', nspname, 'superusers', rolsuper)
  from pg_extension join pg_namespace n on n.oid = extnamespace join pg_roles r on r.oid = nspowner where extname in (${list});`;
  return await askLive(server, { beside: database, none: null }, (live) => rows(server, live, { sql, row: installed }, signal));
}

function refused(server: Server, extension: string): VigieError {
  const reason = `it wants the extension ${extension}, which only a superuser may make, and the live database doesn't have it`;
  return failedBecause(server, 'import_failed', reason);
}
