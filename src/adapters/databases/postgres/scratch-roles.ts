import { z } from 'zod';
import type { Server } from '../dialect.ts';
import { literal, MAINTENANCE, psql, rows } from './psql.ts';

/** Names are written by the server, and nothing else of the live one is in these statements. */
const ROLES = `select json_build_object('kind', 'role', 'name', rolname, 'sql', format('%I %s %s %s %s %s %s nologin', rolname, case when rolsuper then 'superuser' else 'nosuperuser' end, case when rolinherit then 'inherit' else 'noinherit' end,
    case when rolcreaterole then 'createrole' else 'nocreaterole' end, case when rolcreatedb then 'createdb' else 'nocreatedb' end, case when rolreplication then 'replication' else 'noreplication' end,
    case when rolbypassrls then 'bypassrls' else 'nobypassrls' end)) from pg_roles where rolname !~ '^pg_'
union all
select json_build_object('kind', 'member', 'name', pg_get_userbyid(member), 'sql', format('grant %I to %I%s', pg_get_userbyid(roleid), pg_get_userbyid(member), coalesce(case (to_jsonb(m)->>'inherit_option')::boolean when true then ' with inherit true' when false then ' with inherit false' end, '')))
  from pg_auth_members m where pg_get_userbyid(roleid) !~ '^unknown' and pg_get_userbyid(member) !~ '^unknown';`;

const found = z.strictObject({ kind: z.enum(['role', 'member']), name: z.string(), sql: z.string() });

/**
 * Roles as the live server has them, without a way in: a dump names them, and what each may do comes through groups and the server's own roles as well. Nobody comes into a throwaway server but vigie, so
 * that a superuser may be one there: a restore gives nothing to those, and so it is tried out.
 */
export async function prepareScratch(scratch: Server, live: Server, signal?: AbortSignal): Promise<void> {
  const all = await rows(live, MAINTENANCE, { sql: ROLES, row: found }, signal);
  const make = all.map(({ kind, name, sql }) =>
    kind === 'role'
      ? `select ${literal(`create role ${sql}`)} where not exists (select from pg_roles where rolname = ${literal(name)}) \\gexec`
      : `${sql};`,
  );
  if (make.length > 0) await psql(scratch, MAINTENANCE, make.join('\n'), signal);
}
