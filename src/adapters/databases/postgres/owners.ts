import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { askLive } from './live.ts';
import { identifier, literal, MAINTENANCE, psql, rows } from './psql.ts';
import { ownerIn, type TocEntry } from './toc.ts';

const LOADER = 'vigie_load_';

/** Something in a database that belongs to a role: `type` and `identity` are the server's own words for it, `schema` and `tag` an archive's. */
const owned = z.strictObject({ type: z.string(), identity: z.string(), schema: z.string(), tag: z.string(), owner: z.string() });
type Owned = z.infer<typeof owned>;

const OF_SCHEMAS = [
  ['pg_operator', 'oprowner', 'oprnamespace', 'oprname'],
  ['pg_opclass', 'opcowner', 'opcnamespace', 'opcname'],
  ['pg_opfamily', 'opfowner', 'opfnamespace', 'opfname'],
  ['pg_conversion', 'conowner', 'connamespace', 'conname'],
  ['pg_collation', 'collowner', 'collnamespace', 'collname'],
  ['pg_ts_dict', 'dictowner', 'dictnamespace', 'dictname'],
  ['pg_ts_config', 'cfgowner', 'cfgnamespace', 'cfgname'],
  ['pg_statistic_ext', 'stxowner', 'stxnamespace', 'stxname'],
] as const;

/** Sequences that belong to a column follow its table; arrays, rows of tables and indexes follow what they are of; what an extension brings is its own. */
const OWNED = `select json_build_object('type', o.type, 'identity', o.identity, 'schema', coalesce(n.nspname, '-'), 'tag', x.tag, 'owner', pg_get_userbyid(x.owner))
from (
  select 'pg_class'::regclass classid, c.oid, relowner owner, relnamespace namespace, relname::text tag from pg_class c where relkind in ('r', 'p', 'v', 'm', 'S', 'f') and relpersistence <> 't'
    and not exists (select from pg_depend d where relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))
  union all select 'pg_proc'::regclass, oid, proowner, pronamespace, proname || '(' || oidvectortypes(proargtypes) || ')' from pg_proc
  union all select 'pg_type'::regclass, t.oid, typowner, typnamespace, typname from pg_type t left join pg_class c on c.oid = typrelid where typtype in ('d', 'e', 'r') or typtype = 'c' and relkind = 'c'
  union all select 'pg_namespace'::regclass, oid, nspowner, 0, nspname from pg_namespace
  union all select 'pg_largeobject'::regclass, oid, lomowner, 0, oid::text from pg_largeobject_metadata
  ${OF_SCHEMAS.map(([catalog, owner, namespace, name]) => `union all select '${catalog}'::regclass, oid, ${owner}, ${namespace}, ${name} from ${catalog}`).join('\n  ')}
) x left join pg_namespace n on n.oid = x.namespace cross join lateral pg_identify_object(x.classid, x.oid, 0) o
where (x.oid >= 16384 or x.classid = 'pg_largeobject'::regclass)
  and not exists (select from pg_depend d where d.classid = x.classid and d.objid = x.oid and d.deptype = 'e');`;

const role = z.strictObject({ role: z.string(), privileged: z.boolean(), superuser: z.boolean() });

/** Of these roles, those that the server has, and whether they may more than others. */
export async function rolesOf(server: Server, names: readonly string[], signal?: AbortSignal): Promise<readonly z.infer<typeof role>[]> {
  if (names.length === 0) return [];
  const sql = `select json_build_object('role', rolname, 'privileged', rolsuper or rolcreaterole or rolreplication or rolbypassrls
    or exists (select from pg_roles p where p.oid <> r.oid and (p.rolsuper or p.rolname ~ '^pg_') and pg_has_role(r.oid, p.oid, 'member')), 'superuser', rolsuper)
  from pg_roles r where rolname in (${names.map(literal).join(', ')});`;
  return await rows(server, MAINTENANCE, { sql, row: role }, signal);
}

export async function roleNames(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  const sql = `select json_build_object('name', rolname) from pg_roles;`;
  return (await rows(server, MAINTENANCE, { sql, row: z.strictObject({ name: z.string() }) }, signal)).map(({ name }) => name);
}

/** Owns what nobody else may: superusers may use it all the same. */
export function lastOwner(database: string): string {
  return `${database}_vigie_owner`;
}

export interface Loaded {
  readonly database: string;
  /** Who loaded it, and owns all of it. */
  readonly loader: string;
  readonly toc: readonly TocEntry[];
  /** Where neither the live database nor the archive say whose something is. */
  readonly fallback: string;
  /** Of the database itself, where there is no live one to be like. */
  readonly owner: string;
}

/**
 * Gives each thing that was loaded to whom it belongs: whoever owns it in the live database, else whoever owned it when it was dumped. Never to one who may more than others, since what a dump holds
 * may run in its owner's name, and never to whoever happens to own the rest.
 */
export async function giveBack(
  server: Server,
  { database, loader, toc, fallback }: Omit<Loaded, 'owner'>,
  signal?: AbortSignal,
): Promise<void> {
  const things = (await rows(server, database, { sql: OWNED, row: owned }, signal)).filter(({ owner }) => owner === loader);
  const wanted = new Map<Owned, string>();
  const live = await liveOwners(server, database, signal);
  for (const thing of things) wanted.set(thing, live.get(keyOf(thing)) ?? ownerIn(toc, thing) ?? fallback);
  const own = lastOwner(server.facts.database);
  const known = await rolesOf(server, [...new Set(wanted.values())], signal);
  const keeper = (name: string): string => {
    const { privileged = false, superuser = false } = known.find((each) => each.role === name) ?? {};
    if (name.startsWith(LOADER) || name.startsWith('pg_') || superuser) return own;
    return privileged ? standIn(server.facts.database, name) : name;
  };
  const given = [...wanted].map(([thing, name]) => [thing, keeper(name)] as const);
  await makeRoles(server, [...new Set(given.map(([, name]) => name))], signal);
  await lend(server, [...new Set(wanted.values())].filter((name) => keeper(name) === standIn(server.facts.database, name)), signal); // prettier-ignore
  const script = given.map(([{ type, identity }, name]) => `alter ${ALTERED[type] ?? type} ${identity} owner to ${identifier(name)};`);
  await psql(server, database, script.join('\n'), signal);
  await giveRest(server, database, loader, signal);
}

/** Owns what belongs to one role that may more than others and is no superuser: that is its member, so that it may do with its things what it always did, and nothing runs in its name. */
function standIn(database: string, role: string): string {
  const name = `${database}_${role}`;
  const short =
    name.length <= STAND_IN_CHARACTERS
      ? name
      : `${name.slice(0, STAND_IN_CHARACTERS - 9)}_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  return `${short}_vigie_owner`;
}

/** Names of roles are cut at 63 bytes. */
const STAND_IN_CHARACTERS = 45;

async function lend(server: Server, names: readonly string[], signal?: AbortSignal): Promise<void> {
  const grants = names.map((name) => `grant ${identifier(standIn(server.facts.database, name))} to ${identifier(name)};`);
  if (grants.length > 0) await psql(server, MAINTENANCE, grants.join('\n'), signal);
}

/** Those that are gone are made again, without a way in. */
async function makeRoles(server: Server, names: readonly string[], signal?: AbortSignal): Promise<void> {
  const known = await rolesOf(server, names, signal);
  const missing = names.filter((name) => !known.some((each) => each.role === name));
  if (missing.length > 0)
    await psql(server, MAINTENANCE, missing.map((name) => `create role ${identifier(name)} nologin;`).join('\n'), signal);
}

/** What is of a kind that isn't looked at one by one belongs to nobody who could use it. */
async function giveRest(server: Server, database: string, loader: string, signal?: AbortSignal): Promise<void> {
  const rest = `select 1 from pg_shdepend s join pg_database d on d.oid = s.dbid where d.datname = ${literal(database)} and s.deptype = 'o' and s.refobjid = ${literal(loader)}::regrole limit 1;`;
  if ((await psql(server, database, rest, signal)).length === 0) return;
  const own = lastOwner(server.facts.database);
  await makeRoles(server, [own], signal);
  await psql(server, database, `reassign owned by ${identifier(loader)} to ${identifier(own)};`, signal);
}

/** Where the server's word for a kind isn't the one of its ALTER. */
const ALTERED: Readonly<Record<string, string>> = { 'statistics object': 'statistics', 'foreign-data wrapper': 'foreign data wrapper' };

async function liveOwners(server: Server, database: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const found = await askLive(
    server,
    { beside: database, none: [] },
    (live) => rows(server, live, { sql: OWNED, row: owned }, signal),
    signal,
  );
  return new Map(found.map((thing) => [keyOf(thing), thing.owner]));
}

function keyOf({ type, identity }: Owned): string {
  return `${type} ${identity}`;
}
