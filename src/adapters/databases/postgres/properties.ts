import { z } from 'zod';
import type { DatabaseProperties } from '#domain/backup/backup.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { ASLEEP } from './asleep.ts';
import { roleNames } from './owners.ts';
import { block, identifier, literal, MAINTENANCE, psql, rows } from './psql.ts';

const properties = z.strictObject({
  owner: z.string(),
  encoding: z.string(),
  collate: z.string(),
  ctype: z.string(),
  /** `c`, `i` (ICU), `b` (built in); null: the server knows one alone. */
  provider: z.string().nullable(),
  locale: z.string().nullable(),
  tablespace: z.string(),
  connections: z.number(),
  template: z.boolean(),
  comment: z.string().nullable(),
  /** Null: what everybody has who was told nothing. `to`: null is everybody. */
  rights: z.array(z.strictObject({ to: z.string().nullable(), right: z.string(), passes: z.boolean() })).nullable(),
  settings: z.array(z.strictObject({ role: z.string().nullable(), name: z.string(), value: z.string() })),
});
export type Properties = z.infer<typeof properties>;

/** What belongs to a database and isn't inside of it, so that no dump that vigie loads has it. */
const PROPERTIES = (
  database: string,
): string => `select json_build_object('owner', pg_get_userbyid(datdba), 'encoding', pg_encoding_to_char(encoding), 'collate', to_jsonb(d)->>'datcollate', 'ctype', to_jsonb(d)->>'datctype',
    'provider', to_jsonb(d)->>'datlocprovider', 'locale', coalesce(to_jsonb(d)->>'daticulocale', to_jsonb(d)->>'datlocale'), 'tablespace', spcname,
    'connections', datconnlimit, 'template', datistemplate, 'comment', shobj_description(d.oid, 'pg_database'),
    'rights', case when datacl is not null then (select coalesce(json_agg(json_build_object('to', case grantee when 0 then null else pg_get_userbyid(grantee) end, 'right', privilege_type, 'passes', is_grantable) order by grantee, privilege_type), '[]') from aclexplode(datacl)) end,
    'settings', (select coalesce(json_agg(json_build_object('role', case setrole when 0 then null else pg_get_userbyid(setrole) end, 'name', split_part(setting, '=', 1), 'value', substr(setting, strpos(setting, '=') + 1)) order by setrole, nr), '[]')
      from pg_db_role_setting, unnest(setconfig) with ordinality s (setting, nr) where setdatabase = d.oid and split_part(setting, '=', 1) <> ${literal(ASLEEP)}))
  from pg_database d join pg_tablespace t on t.oid = dattablespace where datname = ${literal(database)};`;

/** Null: it isn't there. */
export async function propertiesOf(server: Server, database: string, signal?: AbortSignal): Promise<Properties | null> {
  const [found] = await rows(server, MAINTENANCE, { sql: PROPERTIES(database), row: properties }, signal);
  return found ?? null;
}

/** As of the port. */
export async function propertiesFor(server: Server, database: string, signal?: AbortSignal): Promise<DatabaseProperties> {
  const found = await propertiesOf(server, database, signal);
  if (found === null) throw new VigieError('database_missing', { database, server: server.facts.server.name });
  return found;
}

/** As the ledger has them. */
export function readProperties(like: DatabaseProperties | null | undefined): Properties | null {
  return like === null || like === undefined ? null : properties.parse(like);
}

/** SQL that makes an empty database of this kind. */
export function made(
  database: string,
  { owner, encoding, collate, ctype, provider, locale, tablespace }: Properties,
  roles: readonly string[],
): string {
  const words = [
    ...(roles.includes(owner) ? [`owner ${identifier(owner)}`] : []),
    `template template0 encoding ${literal(encoding)} lc_collate ${literal(collate)} lc_ctype ${literal(ctype)}`,
    ...(provider === 'i' && locale !== null ? [`locale_provider icu icu_locale ${literal(locale)}`] : []),
    ...(provider === 'b' && locale !== null ? [`locale_provider builtin builtin_locale ${literal(locale)}`] : []),
    `tablespace ${identifier(tablespace)}`,
  ];
  return `create database ${identifier(database)} ${words.join(' ')};`;
}

/** Settings whose value is a list of names: they are stored as such a list, quotes included, and written without more of them. */
const LISTS = ['search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries', 'unix_socket_directories'];
const NAMES = /^(?:"(?:[^"]|"")*"|[a-z0-9_$]+)(?:, *(?:"(?:[^"]|"")*"|[a-z0-9_$]+))*$/u;

/** Statements that give a database what another one has, or had. @param roles that there are: who is gone is passed over */
function given(database: string, like: Properties, roles: readonly string[]): readonly string[] {
  const name = identifier(database);
  const rights = (like.rights ?? []).filter(({ to }) => to === null || roles.includes(to));
  const settings = like.settings.filter(({ role }) => role === null || roles.includes(role));
  return [
    `alter database ${name} reset all`,
    ...(roles.includes(like.owner) ? [`alter database ${name} owner to ${identifier(like.owner)}`] : []),
    `alter database ${name} connection limit ${like.connections}`,
    `alter database ${name} is_template ${String(like.template)}`,
    `comment on database ${name} is ${like.comment === null ? 'null' : literal(like.comment)}`,
    like.rights === null ? `grant connect, temporary on database ${name} to public` : `revoke all on database ${name} from public`,
    ...rights.map(({ to, right, passes }) => `grant ${right} on database ${name} to ${to === null ? 'public' : identifier(to)}${passes ? ' with grant option' : ''}`), // prettier-ignore
    ...settings.map(({ role, name: setting, value }) => `alter ${role === null ? '' : `role ${identifier(role)} in `}database ${name} set ${identifier(setting)} = ${LISTS.includes(setting) && NAMES.test(value) ? value : literal(value)}`), // prettier-ignore
  ];
}

/** SQL for a database that takes the place of another one. */
export async function sameProperties(server: Server, live: string, fresh: string, signal?: AbortSignal): Promise<string> {
  const like = await propertiesOf(server, live, signal);
  if (like === null) return '';
  return given(fresh, like, await roleNames(server, signal)).map((statement) => `${statement};`).join('\n'); // prettier-ignore
}

/** The same as a backup has them, for one that takes a place where nothing is: what this server doesn't know of them keeps nothing from coming back. */
export async function giveProperties(server: Server, database: string, like: Properties, signal?: AbortSignal): Promise<void> {
  const statements = given(database, like, await roleNames(server, signal));
  const script = statements.map((sql) => block(`begin execute ${literal(sql)}; exception when others then null; end`));
  await psql(server, MAINTENANCE, script.join('\n'), signal);
}
