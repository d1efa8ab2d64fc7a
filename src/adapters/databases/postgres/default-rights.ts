import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { psql, rows } from './psql.ts';

const KIND = `case defaclobjtype::text when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' end`;

/** Names are written by the server, rights and kinds are its own words: nothing else can be in these statements. Those of no schema replace what the server gives by itself. */
const DEFAULTS = `with d as (
  select defaclrole, defaclacl, ${KIND} as kind, quote_ident(pg_get_userbyid(defaclrole)) as owner, nspname,
    'alter default privileges for role ' || quote_ident(pg_get_userbyid(defaclrole)) || coalesce(' in schema ' || quote_ident(nspname), '') as start
  from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace where pg_get_userbyid(defaclrole) !~ '^vigie_load_'
)
select json_build_object('kind', 'default', 'schema', nspname, 'sql', sql) from (
  select nspname, 0 as step, format('%s revoke all on %s from public, %s;', start, kind, owner) as sql from d where nspname is null and kind is not null
  union all
  select nspname, 1, format('%s grant %s on %s to %s%s;', start, privilege_type, kind, case grantee when 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end, case when is_grantable then ' with grant option' else '' end)
    from d, aclexplode(defaclacl) where kind is not null and (grantee = 0 or pg_get_userbyid(grantee) !~ '^unknown')
) s order by step;`;

const statement = z.strictObject({ kind: z.literal('default'), schema: z.string().nullable(), sql: z.string() });

/** What the live database says of them. */
export const DEFAULT_RIGHTS = { sql: DEFAULTS, row: statement };

/** What new things of a role are open to, as in the live database: only whose they are may say it, so that no loader can. A schema that the dump hasn't is passed over. */
export async function giveDefaults(
  server: Server,
  database: string,
  found: readonly z.infer<typeof statement>[],
  signal?: AbortSignal,
): Promise<void> {
  if (found.length === 0) return;
  const sql = `select json_build_object('name', nspname) from pg_namespace;`;
  const schemas = (await rows(server, database, { sql, row: z.strictObject({ name: z.string() }) }, signal)).map(({ name }) => name);
  const script = found.filter(({ schema }) => schema === null || schemas.includes(schema)).map((each) => each.sql);
  if (script.length > 0) await psql(server, database, script.join('\n'), signal);
}
