import { z } from 'zod';
import { type Catalogue, written } from '#domain/backup/catalogue.ts';
import type { Server } from '../dialect.ts';
import { IS_PUBLIC } from './owners.ts';
import { rows } from './psql.ts';

const entry = z.strictObject({ key: z.string(), value: z.string() });

/** What an extension brings is told by the extension. */
const ownOf = (catalog: string, oid: string): string =>
  `${oid} >= 16384 and not exists (select from pg_depend x where x.classid = '${catalog}'::regclass and x.objid = ${oid} and x.deptype in ('e'))`;

const named = (catalog: string, oid: string, sub = '0'): string => `(pg_identify_object('${catalog}'::regclass, ${oid}, ${sub})).identity`;
const hashed = (text: string): string => `left(md5(${text}), 10)`;

interface Kind {
  readonly key: string;
  readonly value: string;
  readonly from: string;
}

const COLUMNS = `(select string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attgenerated, attidentity, case when attcollation <> 0 then attcollation::regcollation::text end, pg_get_expr(adbin, adrelid)), ', ' order by attnum)
  from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum where attrelid = c.oid and attnum > 0 and not attisdropped)`;

/** A row of a catalog but for its numbers, which are other ones in another database: versions of the server have other columns. */
const rowWithout = (...columns: readonly string[]): string =>
  `(to_jsonb(o) ${['oid', ...columns].map((column) => `- '${column}'`).join(' ')})::text`;

/** Who may do what with how many of them, but for whose they are, and which those are: of hundreds of thousands each by its name would be more than all the rest. */
const LARGE_OBJECT_RIGHTS = `select 'rights on large objects', string_agg(grantee || '=' || may, ';' order by grantee) from (
  select grantee, string_agg(may, ',' order by may) as may from (
    select case a.grantee when 0 then 'public' else pg_get_userbyid(a.grantee) end as grantee, privilege_type || case when is_grantable then '*' else '' end || ' of ' || count(*) || ' (' || ${hashed(`string_agg(oid::text, ',' order by oid)`)} || ')' as may
      from pg_largeobject_metadata, aclexplode(lomacl) a where a.grantee <> lomowner group by a.grantee, privilege_type, is_grantable) each group by grantee) every having count(*) > 0`;

/** What else there is; null: that it is there is all that is compared. */
const OTHERS: readonly (readonly [string, string | null])[] = [
  ['pg_operator', `concat_ws('|', oprkind, oprcanmerge, oprcanhash, oprresult::regtype, oprcom::regoperator, oprnegate::regoperator, oprcode, oprrest, oprjoin)`],
  ['pg_conversion', `concat_ws('|', conforencoding, contoencoding, conproc, condefault)`],
  ['pg_collation', rowWithout('collname', 'collnamespace', 'collowner', 'collversion', 'collencoding')],
  ['pg_ts_dict', `concat_ws('|', (select tmplname from pg_ts_template t where t.oid = dicttemplate), dictinitoption)`],
  ['pg_ts_config', `concat_ws('|', (select prsname from pg_ts_parser p where p.oid = cfgparser), (select string_agg(concat_ws(' ', maptokentype, mapseqno, mapdict::regdictionary), ',' order by maptokentype, mapseqno) from pg_ts_config_map where mapcfg = o.oid))`],
  ['pg_statistic_ext', `pg_get_statisticsobjdef(o.oid)`],
  ['pg_cast', `concat_ws('|', castfunc::regprocedure, castcontext, castmethod)`],
  ['pg_publication', `concat_ws('|', ${rowWithout('pubname', 'pubowner')}, case when not puballtables then (select string_agg(to_jsonb(t)::text, ',' order by schemaname, tablename) from pg_publication_tables t where t.pubname = o.pubname) end)`],
  ...(['pg_opclass', 'pg_opfamily', 'pg_ts_parser', 'pg_ts_template', 'pg_language', 'pg_foreign_data_wrapper', 'pg_foreign_server', 'pg_user_mapping', 'pg_event_trigger', 'pg_publication_rel', 'pg_transform', 'pg_am'] as const).map((catalog) => [catalog, null] as const),
]; // prettier-ignore

/** Definitions: what is compared of each is a hash of what the server itself would write. */
const DEFINITIONS: readonly Kind[] = [
  { key: `case relkind when 'v' then 'view ' when 'm' then 'materialized view ' when 'f' then 'foreign table ' when 'c' then 'type ' else 'table ' end || ${named('pg_class', 'c.oid')}`,
    value: hashed(`concat_ws('|', relkind, relpersistence, reloptions::text, relrowsecurity, relforcerowsecurity, relreplident, ${COLUMNS}, pg_get_expr(relpartbound, c.oid), pg_get_partkeydef(c.oid), case when relkind in ('v', 'm') then pg_get_viewdef(c.oid) end, (select string_agg(inhparent::regclass::text, ',' order by inhseqno) from pg_inherits where inhrelid = c.oid))`),
    from: `pg_class c where relkind in ('r', 'p', 'v', 'm', 'f', 'c') and relpersistence <> 't' and ${ownOf('pg_class', 'c.oid')} and relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_')` },
  { key: `'constraint ' || ${named('pg_constraint', 'c.oid')}`, value: hashed(`concat(pg_get_constraintdef(c.oid), convalidated)`), from: `pg_constraint c where contype in ('c', 'f', 'p', 'u', 'x') and ${ownOf('pg_constraint', 'c.oid')} and (conrelid = 0 or not exists (select from pg_depend x where x.classid = 'pg_class'::regclass and x.objid = conrelid and x.deptype = 'e'))` },
  { key: `'index ' || ${named('pg_class', 'c.oid')}`, value: hashed(`concat(pg_get_indexdef(c.oid), i.indisclustered, i.indisreplident)`), from: `pg_class c join pg_index i on i.indexrelid = c.oid where i.indisready and (i.indisvalid or c.relkind = 'I') and ${ownOf('pg_class', 'i.indrelid')} and relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_')` },
  { key: `'trigger ' || ${named('pg_trigger', 't.oid')}`, value: hashed(`concat(pg_get_triggerdef(t.oid), tgenabled)`), from: `pg_trigger t where not tgisinternal and ${ownOf('pg_trigger', 't.oid')} and ${ownOf('pg_class', 't.tgrelid')}` },
  { key: `'rule ' || ${named('pg_rewrite', 'r.oid')}`, value: hashed(`concat(pg_get_ruledef(r.oid), ev_enabled)`), from: `pg_rewrite r where rulename <> '_RETURN' and ${ownOf('pg_rewrite', 'r.oid')} and ${ownOf('pg_class', 'r.ev_class')}` },
  { key: `'policy ' || ${named('pg_policy', 'p.oid')}`, value: hashed(`concat_ws('|', polcmd, polpermissive, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), (select string_agg(coalesce(rolname, 'public'), ',' order by rolname) from unnest(polroles) u left join pg_roles on oid = u))`), from: `pg_policy p where ${ownOf('pg_policy', 'p.oid')} and ${ownOf('pg_class', 'p.polrelid')}` },
  { key: `'function ' || ${named('pg_proc', 'p.oid')}`, value: hashed(`concat(case when prokind = 'a' then 'aggregate' else pg_get_functiondef(p.oid) end, proleakproof)`), from: `pg_proc p where ${ownOf('pg_proc', 'p.oid')} and pronamespace not in (select oid from pg_namespace where nspname ~ '^pg_')` },
  { key: `'type ' || ${named('pg_type', 't.oid')}`, value: hashed(`concat_ws('|', typtype, (select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = t.oid), format_type(typbasetype, typtypmod), typnotnull, typdefault)`), from: `pg_type t where typtype in ('d', 'e', 'r', 'b') and typelem = 0 and ${ownOf('pg_type', 't.oid')} and typnamespace not in (select oid from pg_namespace where nspname ~ '^pg_') and typrelid = 0` },
  { key: `'sequence ' || ${named('pg_class', 'c.oid')}`, value: hashed(`concat_ws('|', seqtypid::regtype, seqstart, seqincrement, seqmax, seqmin, seqcache, seqcycle)`), from: `pg_sequence s join pg_class c on c.oid = seqrelid where ${ownOf('pg_class', 'c.oid')} and relpersistence <> 't'` },
  { key: `'schema ' || quote_ident(nspname)`, value: `''`, from: `pg_namespace n where nspname !~ '^pg_' and nspname <> 'information_schema' and not exists (select from pg_depend x where x.classid = 'pg_namespace'::regclass and x.objid = n.oid and x.deptype = 'e')` },
  { key: `'extension ' || quote_ident(extname)`, value: `extnamespace::regnamespace::text`, from: `pg_extension where oid >= 16384` },
  { key: `'aggregate ' || ${named('pg_proc', 'p.oid')}`, value: hashed(`concat_ws('|', aggkind, aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn, aggmtransfn, aggminvtransfn, aggmfinalfn, aggfinalextra, aggmfinalextra, aggsortop::regoperator, aggtranstype::regtype, aggmtranstype::regtype, agginitval, aggminitval)`), from: `pg_proc p join pg_aggregate on aggfnoid = p.oid where ${ownOf('pg_proc', 'p.oid')}` },
  ...OTHERS.map(
    ([catalog, value]): Kind => ({ key: `(pg_identify_object('${catalog}'::regclass, o.oid, 0)).type || ' ' || ${named(catalog, 'o.oid')}`, value: value === null ? `''` : hashed(value), from: `${catalog} o where ${ownOf(catalog, 'o.oid')}` })),
  { key: `'default rights of ' || quote_ident(pg_get_userbyid(defaclrole)) || ' for ' || defaclobjtype::text || coalesce(' in ' || quote_ident(nspname), '')`, value: hashed(`array(select a::text from unnest(defaclacl) a order by 1)::text`), from: `pg_default_acl left join pg_namespace n on n.oid = defaclnamespace` },
]; // prettier-ignore

const ROLES = `roles as (select oid, rolname from pg_roles where not rolsuper and rolname !~ '^(pg_|vigie_load_)' and rolname !~ '_vigie_owner$')`;

interface Righted {
  readonly key: string;
  readonly from: string;
  readonly has: string;
  readonly rights: readonly string[];
}

const RIGHTED: readonly Righted[] = [
  { key: `'rights on table ' || ${named('pg_class', 'o.oid')}`, from: `pg_class o where relkind in ('r', 'p', 'v', 'm', 'f') and relpersistence <> 't' and ${ownOf('pg_class', 'o.oid')} and relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_')`, has: 'has_table_privilege', rights: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'] },
  { key: `'rights on sequence ' || ${named('pg_class', 'o.oid')}`, from: `pg_class o where relkind = 'S' and relpersistence <> 't' and ${ownOf('pg_class', 'o.oid')}`, has: 'has_sequence_privilege', rights: ['USAGE', 'SELECT', 'UPDATE'] },
  { key: `'rights on function ' || ${named('pg_proc', 'o.oid')}`, from: `pg_proc o where ${ownOf('pg_proc', 'o.oid')}`, has: 'has_function_privilege', rights: ['EXECUTE'] },
  { key: `'rights on schema ' || quote_ident(o.nspname)`, from: `pg_namespace o where nspname !~ '^pg_' and nspname <> 'information_schema'`, has: 'has_schema_privilege', rights: ['CREATE', 'USAGE'] },
  { key: `'rights on type ' || ${named('pg_type', 'o.oid')}`, from: `pg_type o where typacl is not null and ${ownOf('pg_type', 'o.oid')}`, has: 'has_type_privilege', rights: ['USAGE'] },
  { key: `'rights on language ' || quote_ident(o.lanname)`, from: `pg_language o where lanacl is not null`, has: 'has_language_privilege', rights: ['USAGE'] },
  { key: `'rights on foreign data wrapper ' || quote_ident(o.fdwname)`, from: `pg_foreign_data_wrapper o where true`, has: 'has_foreign_data_wrapper_privilege', rights: ['USAGE'] },
  { key: `'rights on server ' || quote_ident(o.srvname)`, from: `pg_foreign_server o where ${ownOf('pg_foreign_server', 'o.oid')}`, has: 'has_server_privilege', rights: ['USAGE'] },
]; // prettier-ignore

/** The effective right of each role, by whatever way: its own, everybody's, a membership. `*`: it may pass it on. */
function rightsSql({ key, from, has, rights }: Righted): string {
  const list = rights.map((right) => `'${right}'`).join(', ');

  return `select key, coalesce(string_agg(grantee || '=' || may, ';' order by grantee), '') as value from (
  select ${key} as key, rolname as grantee, (select string_agg(p || case when ${has}(r.oid, o.oid, p || ' WITH GRANT OPTION') then '*' else '' end, ',') from unnest(array[${list}]) p where ${has}(r.oid, o.oid, p)) as may
  from ${from.replace(' where ', ' left join roles r on true where ')}) t group by key`;
}

const COLUMN_RIGHTS = `select key, string_agg(grantee || '=' || may, ';' order by grantee) as value from (
  select 'rights on column ' || ${named('pg_class', 'a.attrelid', 'a.attnum')} as key, rolname as grantee, (select string_agg(p, ',') from unnest(array['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) p where has_column_privilege(r.oid, a.attrelid, a.attnum, p)) as may
  from pg_attribute a cross join roles r where a.attacl is not null and not a.attisdropped and attrelid >= 16384) t where may is not null group by key`;

const REST = [
  ...RIGHTED.map(rightsSql),
  COLUMN_RIGHTS,
  `select 'role ' || rolname, '' from roles`,
  `select 'position of ' || ${named('pg_class', 'c.oid')}, coalesce(pg_sequence_last_value(c.oid), 0)::text from pg_class c where relkind = 'S' and relpersistence <> 't' and ${ownOf('pg_class', 'c.oid')}`,
  `select 'owner of ' || (pg_identify_object(classid, objid, 0)).type || ' ' || (pg_identify_object(classid, objid, 0)).identity, pg_get_userbyid(refobjid) from pg_shdepend where deptype = 'o' and objsubid = 0 and classid <> 'pg_largeobject'::regclass and dbid = (select oid from pg_database where datname = current_database())`,
  // Of hundreds of thousands each by its name would be more than all the rest.
  `select 'owner of large objects', case count(distinct lomowner) when 1 then min(pg_get_userbyid(lomowner)) else ${hashed(`string_agg(oid || ' ' || pg_get_userbyid(lomowner), ',' order by oid)`)} end from pg_largeobject_metadata having count(*) > 0`,
  LARGE_OBJECT_RIGHTS,
  `select 'comment on large objects', ${hashed(`string_agg(objoid || ' ' || description, ',' order by objoid)`)} from pg_description where classoid = 'pg_largeobject'::regclass having count(*) > 0`,
  `select 'comment on ' || (pg_identify_object(classoid, objoid, objsubid)).type || ' ' || (pg_identify_object(classoid, objoid, objsubid)).identity, ${hashed('description')} from pg_description where (objoid >= 16384 or ${IS_PUBLIC('classoid', 'objoid')}) and classoid <> 'pg_largeobject'::regclass and (pg_identify_object(classoid, objoid, objsubid)).identity is not null and not exists (select from pg_depend x where x.classid = classoid and x.objid = objoid and x.deptype = 'e')`,
];

const SQL = `begin isolation level repeatable read read only;
with ${ROLES}, found (key, value) as (
${[...DEFINITIONS.map(({ key, value, from }) => `select ${key}, ${value} from ${from}`), ...REST].join('\nunion all\n')}
)
select json_build_object('key', key, 'value', coalesce(value, '')) from found where key is not null;
commit;`;

/** All that a database is beside its rows, each with a hash of its definition, and who may do what with it. */
export async function catalogue(server: Server, database: string, signal?: AbortSignal): Promise<Catalogue> {
  const found = await rows(server, database, { sql: SQL, row: entry }, signal);
  return written(Object.fromEntries(found.map(({ key, value }) => [key, value])));
}
