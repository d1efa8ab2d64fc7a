import { z } from 'zod';
import type { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { failedBecause } from '../failures.ts';
import { askLive } from './live.ts';
import { identifier, literal, psql, rows } from './psql.ts';
import { extensionsOf, type TocEntry } from './toc.ts';

const available = z.strictObject({ name: z.string(), trusted: z.boolean(), requires: z.array(z.string()) });
const installed = z.strictObject({ name: z.string(), schema: z.string(), superusers: z.boolean() });

/** Schemas that were made for extensions. */
export interface MadeSchemas {
  readonly names: ReadonlySet<string>;
  /** Those that in the live database aren't a superuser's: who owns them may have made things there, and has said who else may. */
  readonly open: readonly string[];
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
  if (wanted.length === 0) return { names: new Set(), open: [] };
  const list = wanted.map(literal).join(', ');
  const known = await rows(server, database, { sql: availableSql(list), row: available }, signal);
  const untrusted = ofTheSuperuser(wanted, known);
  const live = await liveExtensions(server, database, list, signal);
  const schemas = new Set<string>();
  for (const name of untrusted) {
    const found = live?.find((each) => each.name === name);
    if (live !== null && found === undefined) throw refused(server, name);
    const schema = found?.schema ?? 'public';
    if (schema !== 'public' && schema !== 'pg_catalog') schemas.add(schema);
  }
  const made = [...schemas].map((schema) => `create schema if not exists ${identifier(schema)};`);
  const sql = untrusted.map((name) => {
    const schema = live?.find((each) => each.name === name)?.schema ?? 'public';
    return `create extension if not exists ${identifier(name)} with schema ${identifier(schema)};`;
  });
  // Scripts of some add to the path that they find. Nothing is in the new database yet that could be taken for what they mean.
  const plain = { ...server, access: { ...server.access, searchPath: 'public' } };
  if (sql.length > 0) await psql(plain, database, [...made, ...sql].join('\n'), signal);
  const open = live?.filter(({ schema, superusers }) => schemas.has(schema) && !superusers).map(({ schema }) => schema);
  return { names: schemas, open: [...new Set(open)] };
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
