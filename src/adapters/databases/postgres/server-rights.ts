import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { block, literal, psql } from './psql.ts';

/**
 * Rights that a superuser gave on what is the server's own or came with an extension (single columns too), and on schemas of superusers: as the live database has them, beside what they are made with.
 * Names are written by the server, rights and kinds are its own words.
 */
const GIVEN = `with things as (
  select case relkind when 'S' then 'sequence' else 'table' end as kind, 'pg_class'::regclass as class, oid, 0 as sub, relacl as acl, relowner as owner, case relkind when 'S' then 's' else 'r' end as sort from pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
  union all select 'table', 'pg_class'::regclass, attrelid, attnum, attacl, relowner, 'c' from pg_attribute join pg_class c on c.oid = attrelid where attacl is not null and not attisdropped
  union all select 'routine', 'pg_proc'::regclass, oid, 0, proacl, proowner, 'f' from pg_proc
  union all select 'type', 'pg_type'::regclass, oid, 0, typacl, typowner, 'T' from pg_type where typelem = 0
  union all select 'language', 'pg_language'::regclass, oid, 0, lanacl, lanowner, 'l' from pg_language where lanpltrusted
  union all select 'foreign data wrapper', 'pg_foreign_data_wrapper'::regclass, oid, 0, fdwacl, fdwowner, 'F' from pg_foreign_data_wrapper
  union all select 'schema', 'pg_namespace'::regclass, oid, 0, nspacl, nspowner, 'n' from pg_namespace where nspname <> 'public' and nspname !~ '^pg_(toast|temp)'
), moved as (
  select kind, case kind when 'routine' then oid::regprocedure::text when 'schema' then quote_ident((pg_identify_object(class, oid, 0)).name) else (pg_identify_object(class, oid, 0)).identity end as identity, t.owner, t.acl,
    (select ' (' || quote_ident(attname) || ')' from pg_attribute where sort = 'c' and attrelid = t.oid and attnum = sub) as part,
    coalesce(i.initprivs, acldefault(sort::"char", t.owner)) as made
  from things t left join pg_init_privs i on i.classoid = class and i.objoid = oid and i.objsubid = sub
  where t.acl is not null and t.acl is distinct from i.initprivs
    and (oid < 16384 or exists (select from pg_depend d where d.classid = class and d.objid = oid and d.deptype = 'e') or kind = 'schema' and exists (select from pg_roles r where r.oid = t.owner and rolsuper))
), now_and_then as (
  select kind, identity, part, owner, a.grantee, a.privilege_type, a.is_grantable, 'now' as since from moved, aclexplode(acl) a
  union all select kind, identity, part, owner, a.grantee, a.privilege_type, a.is_grantable, 'then' from moved, aclexplode(made) a
), differs as (
  select kind, identity, part, owner, grantee, privilege_type, is_grantable, min(since) as since from now_and_then group by 1, 2, 3, 4, 5, 6, 7 having count(*) = 1
)
select json_build_object('kind', 'right', 'sql', format('%s %s%s on %s %s %s %s%s', case since when 'now' then 'grant' else 'revoke' end, privilege_type, part, kind, identity, case since when 'now' then 'to' else 'from' end,
    case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end, case when since = 'now' and is_grantable then ' with grant option' else '' end))
  from differs where grantee <> owner and (grantee = 0 or pg_get_userbyid(grantee) !~ '^(vigie_load_|unknown)') order by since desc;`;

/** What is said of extensions, and of schemas that a superuser has made for them: comments of what isn't a loader's own. */
const SAID = `select json_build_object('kind', 'right', 'sql', format('comment on %s is %s', thing, coalesce(quote_literal(comment), 'null'))) from (
  select format('extension %I', extname), obj_description(oid, 'pg_extension') from pg_extension
  union all select format('schema %I', nspname), obj_description(n.oid, 'pg_namespace') from pg_namespace n join pg_roles r on r.oid = nspowner and rolsuper
    where nspname <> 'public' and nspname !~ '^pg_' and exists (select from pg_extension where extnamespace = n.oid)
) as each (thing, comment);`;

/** What the live database says of them: to be done in what was loaded. */
export const SERVER_RIGHTS = { sql: `${GIVEN}\n${SAID}`, row: z.strictObject({ kind: z.literal('right'), sql: z.string() }) };

/** Gives them in what was loaded. What isn't there is passed over. */
export async function giveServerRights(
  server: Server,
  database: string,
  statements: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const script = statements.map((sql) =>
    block(
      `begin execute ${literal(sql)}; exception when undefined_object or undefined_function or undefined_table or invalid_schema_name then null; end`,
    ),
  );
  if (script.length > 0) await psql(server, database, script.join('\n'), signal);
}
