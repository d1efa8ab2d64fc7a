import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { identifier, literal, MAINTENANCE, psql, rows } from './psql.ts';
import { givingLarge, type LargeOwners } from './large-objects.ts';
import { ownerLimits } from './owner-limits.ts';
import { ownersIn, type TocEntry } from './toc.ts';

const LOADER = 'vigie_load_';
/** Source: "Predefined Roles" of the server's manual; since PostgreSQL 14. */
const DATABASE_OWNER = 'pg_database_owner';

/** Something in a database that belongs to a role: `type` and `identity` are the server's own words for it, `schema` and `tag` an archive's. */
const owned = z.strictObject({
  kind: z.literal('owned'),
  type: z.string(),
  identity: z.string(),
  schema: z.string(),
  tag: z.string(),
  owner: z.string(),
});
export type Owned = z.infer<typeof owned>;

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

/** `public` is there before anything is loaded, with a number of the server's own or with one of whoever made it anew. */
export const IS_PUBLIC = (classid: string, oid: string): string =>
  `${classid} = 'pg_namespace'::regclass and ${oid} = to_regnamespace('public')`;

/** Sequences that belong to a column follow its table; arrays, rows of tables and indexes follow what they are of; what an extension brings is its own. */
const OWNED_SQL = `select json_build_object('kind', 'owned', 'type', o.type, 'identity', o.identity, 'schema', coalesce(n.nspname, '-'), 'tag', x.tag, 'owner', pg_get_userbyid(x.owner))
from (
  select 'pg_class'::regclass as classid, c.oid, relowner as owner, relnamespace as namespace, relname::text as tag from pg_class c where relkind in ('r', 'p', 'v', 'm', 'S', 'f') and relpersistence <> 't'
    and not exists (select from pg_depend d where relkind = 'S' and d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))
  union all select 'pg_proc'::regclass, oid, proowner, pronamespace, proname || '(' || oidvectortypes(proargtypes) || ')' from pg_proc
  union all select 'pg_type'::regclass, t.oid, typowner, typnamespace, typname from pg_type t left join pg_class c on c.oid = typrelid where typtype in ('d', 'e', 'r') or typtype = 'c' and relkind = 'c'
  union all select 'pg_namespace'::regclass, oid, nspowner, 0, nspname from pg_namespace
  ${OF_SCHEMAS.map(([catalog, owner, namespace, name]) => `union all select '${catalog}'::regclass, oid, ${owner}, ${namespace}, ${name} from ${catalog}`).join('\n  ')}
) x left join pg_namespace n on n.oid = x.namespace cross join lateral pg_identify_object(x.classid, x.oid, 0) o
where (x.oid >= 16384 or ${IS_PUBLIC('x.classid', 'x.oid')})
  and not exists (select from pg_depend d where d.classid = x.classid and d.objid = x.oid and d.deptype = 'e');`;

export const OWNED = { sql: OWNED_SQL, row: owned };

const role = z.strictObject({ role: z.string(), privileged: z.boolean(), superuser: z.boolean() });
type Role = z.infer<typeof role>;

/** Of these roles, those that the server has, and whether they may more than others. */
export async function rolesOf(server: Server, names: readonly string[], signal?: AbortSignal): Promise<readonly Role[]> {
  if (names.length === 0) return [];
  const sql = `select json_build_object('role', rolname, 'privileged', rolsuper or rolcreaterole or rolreplication or rolbypassrls
    or exists (select from pg_roles p where p.oid <> r.oid and (p.rolsuper or p.rolname ~ '^pg_' and p.rolname <> '${DATABASE_OWNER}') and pg_has_role(r.oid, p.oid, 'member')), 'superuser', rolsuper)
  from pg_roles r where rolname in (${names.map(literal).join(', ')});`;
  return await rows(server, MAINTENANCE, { sql, row: role }, signal);
}

export async function roleNames(server: Server, signal?: AbortSignal): Promise<readonly string[]> {
  const sql = `select json_build_object('name', rolname) from pg_roles;`;
  return (await rows(server, MAINTENANCE, { sql, row: z.strictObject({ name: z.string() }) }, signal)).map(({ name }) => name);
}

/** Gives `public` to whoever loads: comments and rights on it need its owner. */
export function takePublic(loader: string): string {
  return `select ${literal(`alter schema public owner to ${identifier(loader)}`)} where to_regnamespace('public') is not null \\gexec`;
}

/**
 * Gives `public` back. Nothing runs in the name of whoever owns a schema, so that it may be a superuser.
 * @param owner whose it is in the live database, or was when it was dumped; null, or one who is gone: whose servers make it, from PostgreSQL 15 on whoever owns the database
 */
export function leavePublic(loader: string, owner: string | null): string {
  return `select format('alter schema public owner to %I', coalesce((select rolname from pg_roles where rolname = ${literal(owner ?? '')}),
    case when current_setting('server_version_num')::int < 150000 then current_user else 'pg_database_owner' end))
  from pg_namespace n join pg_roles r on r.oid = nspowner where nspname = 'public' and r.rolname = ${literal(loader)} \\gexec`;
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
  /** What the live database says of its own things. */
  readonly live: readonly Owned[];
  readonly large: LargeOwners;
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
  { database, loader, toc, live, large, fallback }: Omit<Loaded, 'owner'>,
  signal?: AbortSignal,
): Promise<void> {
  const own = lastOwner(server.facts.database);
  const { sql, row } = OWNED;
  const owners = new Map(live.map((thing) => [keyOf(thing), thing.owner]));
  const dumped = ownersIn(toc);
  const left = leavePublic(loader, owners.get('schema public') ?? dumped({ type: 'schema', schema: '-', tag: 'public' }));
  const things = (await rows(server, database, { sql: `${left}\n${sql}`, row }, signal)).filter(({ owner }) => owner === loader);
  const wanted = new Map<Owned, string>();
  for (const thing of things) wanted.set(thing, owners.get(keyOf(thing)) ?? dumped(thing) ?? fallback);
  const all = [...new Set([...wanted.values(), ...large.others.values(), ...(large.usual === null ? [] : [large.usual])])];
  const known = await rolesOf(server, all, signal);
  const keeper = (name: string): string => {
    const { privileged = false, superuser = false } = known.find((each) => each.role === name) ?? {};
    // Whoever owns the database is it, and it may no more than they may.
    if (name === DATABASE_OWNER && known.some((each) => each.role === name)) return name;
    if (name.startsWith(LOADER) || name.startsWith('pg_') || superuser) return own;
    return privileged ? standIn(server.facts.database, name) : name;
  };
  const given = [...wanted].map(([thing, name]) => [thing, keeper(name)] as const);
  await makeRoles(server, [...new Set(all.map(keeper))], known, signal);
  await lend(server, all.filter((name) => keeper(name) === standIn(server.facts.database, name)), signal); // prettier-ignore
  const owned = new Map(given.map(([thing, name]) => [keyOf(thing), { name, before: dumped(thing) }]));
  const found = await ownerLimits(server, { database, loader, owners: [...new Set(given.map(([, name]) => name))] }, signal);
  const limits = found.filter(({ thing, owner }) => owned.get(thing)?.name === owner && owned.get(thing)?.before === owner);
  const script = inBatches(given.map(([{ type, identity }, name]) => `alter ${ALTERED[type] ?? type} ${identity} owner to ${identifier(name)};`)); // prettier-ignore
  const more = await psql(
    server,
    database,
    [HURRIED, ...script, ...limits.map(({ revoke }) => revoke), givingLarge(large, loader, keeper), rest(loader)].join('\n'),
    signal,
  );
  if (more.length > 0) await giveRest(server, database, loader, signal);
}

/** A transaction each: the server has to remember no more locks than these take. */
function inBatches(statements: readonly string[]): readonly string[] {
  const batches = Array.from({ length: Math.ceil(statements.length / BATCH) }, (_, index) =>
    statements.slice(index * BATCH, (index + 1) * BATCH),
  );
  return batches.flatMap((batch) => ['begin;', ...batch, 'commit;']);
}

const BATCH = 10;
/** The disk is waited for by whoever ends the loader. */
const HURRIED = 'set synchronous_commit = off;';

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
async function makeRoles(server: Server, names: readonly string[], there: readonly Role[], signal?: AbortSignal): Promise<void> {
  const unseen = names.filter((name) => !there.some((each) => each.role === name));
  const known = await rolesOf(server, unseen, signal);
  const missing = unseen.filter((name) => !known.some((each) => each.role === name));
  if (missing.length > 0)
    await psql(server, MAINTENANCE, missing.map((name) => `create role ${identifier(name)} nologin;`).join('\n'), signal);
}

/** Answers where something is still the loader's: what is of a kind that isn't looked at one by one. */
function rest(loader: string): string {
  return `select 1 from pg_shdepend s join pg_database d on d.oid = s.dbid where d.datname = current_database() and s.deptype = 'o' and s.refobjid = ${literal(loader)}::regrole limit 1;`;
}

/** It belongs to nobody who could use it. */
async function giveRest(server: Server, database: string, loader: string, signal?: AbortSignal): Promise<void> {
  const own = lastOwner(server.facts.database);
  await makeRoles(server, [own], [], signal);
  await psql(server, database, `reassign owned by ${identifier(loader)} to ${identifier(own)};`, signal);
}

/** Where the server's word for a kind isn't the one of its ALTER. */
const ALTERED: Readonly<Record<string, string>> = { 'statistics object': 'statistics', 'foreign-data wrapper': 'foreign data wrapper' };

function keyOf({ type, identity }: Owned): string {
  return `${type} ${identity}`;
}
