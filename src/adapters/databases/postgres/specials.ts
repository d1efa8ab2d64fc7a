import { z } from 'zod';
import { literal } from './psql.ts';

/**
 * Extensions whose rows of their own may be loaded, as somebody without rights who may write there for that long. What stands in these tables is looked up by functions that run with their caller's
 * rights, and is never run itself: whoever forges a row gets no more than they have. (The jobs of pg_cron, say, run in the name that their row says.)
 */
export const LOOKED_UP = ['postgis', 'postgis_topology', 'postgis_tiger_geocoder', 'address_standardizer', 'address_standardizer_data_us'];

const special = z.strictObject({ kind: z.string(), start: z.string() });

const isOfExtension = (catalog: string, oid: string): string =>
  `exists (select from pg_depend d where d.classid = '${catalog}'::regclass and d.objid = ${oid} and d.deptype = 'e')`;
/** Whether something was neither there from the beginning nor came with an extension. */
const isOwn = (catalog: string, oid: string): string => `(${oid} >= 16384 and not ${isOfExtension(catalog, oid)})`;

/** The name of a function as an archive's list has it. Source: format_function_signature and format_aggregate_signature of pg_dump. */
const SIGNATURE = `proname || '(' || case when prokind = 'a' and pronargs = 0 then '*'
    else (select coalesce(string_agg(format_type(type, null), ', ' order by at), '') from unnest(proargtypes::oid[]) with ordinality t (type, at)) end || ')'`;

/** A parameter that comes with a library is nobody's until that is there, and then only superusers set it. Source: validate_option_array_item of the server. */
const SETS_MORE = `exists (select from unnest(proconfig) as own (text) where not exists (
      select from pg_settings s where lower(s.name) = lower(split_part(own.text, '=', 1)) and s.context = 'user'))`;

/** Functions in a language that only superusers use, that promise to leak nothing, or that set what only superusers do; aggregates that keep something of the server's own. */
const FUNCTIONS = `select case prokind when 'a' then 'AGGREGATE' when 'p' then 'PROCEDURE' else 'FUNCTION' end, nspname || ' ' || ${SIGNATURE} || ' '
  from pg_proc p join pg_namespace n on n.oid = pronamespace join pg_language l on l.oid = prolang where ${isOwn('pg_proc', 'p.oid')} and case prokind
    when 'a' then exists (select from pg_aggregate where aggfnoid = p.oid and 'internal'::regtype in (aggtranstype, aggmtranstype))
    else proleakproof or not lanpltrusted or ${SETS_MORE} end`;

/** Types made of functions, which have to be C. */
const TYPES = `select kind, nspname || ' ' || typname || ' ' from pg_type t join pg_namespace n on n.oid = typnamespace cross join unnest(array['TYPE', 'SHELL TYPE']) kind
  where typtype = 'b' and typelem = 0 and ${isOwn('pg_type', 't.oid')}`;

/** Casts that take one type's bytes for another's, and those between types of which none is whose the database is. */
const CASTS = `select 'CAST', '- CAST (' || format_type(castsource, null) || ' AS ' || format_type(casttarget, null) || ') ' from pg_cast c
  where ${isOwn('pg_cast', 'c.oid')} and (castmethod = 'b' or not (${isOwn('pg_type', 'castsource')} or ${isOwn('pg_type', 'casttarget')}))`;

/** What is on a table of an extension: one that refers to it, one that inherits from it. */
const ON_EXTENSIONS = `select 'FK CONSTRAINT', nspname || ' ' || relname || ' ' || conname || ' '
  from pg_constraint f join pg_class c on c.oid = conrelid join pg_namespace n on n.oid = relnamespace
    join pg_depend e on e.classid = 'pg_class'::regclass and e.objid = confrelid and e.deptype = 'e' join pg_extension x on x.oid = e.refobjid
  where contype = 'f' and ${isOwn('pg_class', 'conrelid')} and not has_table_privilege('public', confrelid, 'REFERENCES') and extname not in (${LOOKED_UP.map(literal).join(', ')})
union all
select 'TABLE', nspname || ' ' || relname || ' ' from pg_inherits join pg_class c on c.oid = inhrelid join pg_namespace n on n.oid = relnamespace
  where ${isOwn('pg_class', 'inhrelid')} and ${isOfExtension('pg_class', 'inhparent')}`;

/** Triggers that run a function which isn't everybody's, and isn't of the dump. */
const TRIGGERS = `select 'TRIGGER', nspname || ' ' || relname || ' ' || tgname || ' ' from pg_trigger g join pg_class c on c.oid = tgrelid join pg_namespace n on n.oid = relnamespace
  where not tgisinternal and ${isOwn('pg_class', 'tgrelid')} and not ${isOwn('pg_proc', 'tgfoid')} and not has_function_privilege('public', tgfoid, 'EXECUTE')`;

/** Views that are filled from what isn't everybody's to read and isn't of the dump, through whatever other views: the rule of one names what it reads in a text of the server's own. */
const FILLED = `select 'MATERIALIZED VIEW DATA', nspname || ' ' || relname || ' ' from pg_class c join pg_namespace n on n.oid = relnamespace
  where relkind = 'm' and ${isOwn('pg_class', 'c.oid')} and exists (select from reads where view = c.oid and not ${isOwn('pg_class', 'relation')}
    and not has_table_privilege('public', relation, 'SELECT') and not has_any_column_privilege('public', relation, 'SELECT'))`;
const READS = `with recursive direct (view, relation) as (
  select ev_class, m[1]::oid from pg_rewrite cross join lateral regexp_matches(ev_action::text, ':relid (\\d+)', 'g') m where ev_class >= 16384 and ev_type = '1'
), reads (view, relation) as (select view, relation from direct union select r.view, d.relation from reads r join direct d on d.view = r.relation and d.view <> d.relation)`;

/** What only a superuser makes, and the list of an archive doesn't tell from what others do: as lines of it begin. */
export const SPECIALS = {
  sql: `${READS}
select json_build_object('kind', kind, 'start', start) from (${[FUNCTIONS, TYPES, CASTS, ON_EXTENSIONS, TRIGGERS, FILLED].join('\nunion all\n')}) found (kind, start);`,
  row: special,
};
