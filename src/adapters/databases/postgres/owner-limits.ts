import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { literal, rows } from './psql.ts';

const limit = z.strictObject({ thing: z.string(), owner: z.string(), revoke: z.string() });
type Limit = z.infer<typeof limit>;

/** Names are written by the server, rights and kinds are its own words. */
const LIMITS = (loader: string, owners: readonly string[]): string => `with things as (
  select case relkind when 'S' then 'sequence' else 'table' end as word, 'pg_class'::regclass as class, oid, relacl as acl, relowner as owner, case relkind when 'S' then 's' else 'r' end as sort from pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all select 'routine', 'pg_proc'::regclass, oid, proacl, proowner, 'f' from pg_proc
  union all select 'type', 'pg_type'::regclass, oid, typacl, typowner, 'T' from pg_type
  union all select 'schema', 'pg_namespace'::regclass, oid, nspacl, nspowner, 'n' from pg_namespace
), given as (
  select word, class, oid, acl, sort, owner, a.grantee, pg_get_userbyid(a.grantee) as name from things, lateral (select distinct grantee from aclexplode(acl) where grantee <> owner) a
    where acl is not null and pg_get_userbyid(owner) = ${literal(loader)} and pg_get_userbyid(a.grantee) in (${owners.map(literal).join(', ')})
)
select json_build_object('thing', o.type || ' ' || o.identity, 'owner', g.name, 'revoke', format('revoke %s on %s %s from %I;', string_agg(d.privilege_type, ', '), word, case word when 'routine' then g.oid::regprocedure::text else o.identity end, g.name))
  from given g cross join lateral aclexplode(acldefault(sort::"char", owner)) d cross join lateral pg_identify_object(class, g.oid, 0) o
  where d.grantee = owner and not exists (select from aclexplode(acl) a where a.grantee = g.grantee and a.privilege_type = d.privilege_type)
  group by o.type, o.identity, g.name, word, g.oid;`;

/**
 * What those who are to own things would be given with them, and hadn't when they were dumped: an archive says of an owner who has taken rights from themselves (a log that nobody changes any more) what
 * is left to them. It is asked for while the loader still owns all of it, and taken from them once they do.
 */
export async function ownerLimits(
  server: Server,
  { database, loader, owners }: { readonly database: string; readonly loader: string; readonly owners: readonly string[] },
  signal?: AbortSignal,
): Promise<readonly Limit[]> {
  if (owners.length === 0) return [];
  return await rows(server, database, { sql: LIMITS(loader, owners), row: limit }, signal);
}
