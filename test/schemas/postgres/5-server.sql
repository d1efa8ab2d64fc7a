What belongs to the server, or needs its superuser.

-- # Tables and indexes in another tablespace
-- by: vigie
-- differs: ~ INDEX public i: -- Name: i; Type: INDEX; Schema: public; Owner: pad; Tablespace: fast → -- Name: i; Type: INDEX; Schema: public; Owner: pad
-- differs: ~ TABLE public t: -- Name: t; Type: TABLE; Schema: public; Owner: pad; Tablespace: fast → -- Name: t; Type: TABLE; Schema: public; Owner: pad
set allow_in_place_tablespaces = on;
select 'create tablespace fast location ''''' where not exists (select from pg_tablespace where spcname = 'fast') \gexec
grant create on tablespace fast to pad; set role pad; create table t (a int primary key) tablespace fast; create index i on t (a) tablespace fast; insert into t values (1); create table plain (a int);

-- # A publication of single tables, with columns and a row filter
set role pad; create table pub (id int primary key, a text, b text); create table pub2 (id int primary key); insert into pub values (1, 'a', 'b'); reset role; grant create on database pad to pad; set role pad;
create publication of_some for table pub (id, a) where (id > 0), table only pub2 with (publish = 'insert, update');

-- # A publication of all tables, and one of a schema
-- by: vigie
set role pad; create table pub (id int primary key); insert into pub values (1); reset role;
create publication everything for all tables; create publication of_schema for tables in schema public with (publish_via_partition_root = true);

-- # Replication slots that somebody reads from
-- by: vigie
set role pad; create table t (id int primary key); insert into t values (1); reset role;
select pg_create_logical_replication_slot('reader', 'pgoutput'), pg_create_logical_replication_slot('other', 'test_decoding', false, true);

-- # A subscription that is off
-- by: person
-- left: SUBSCRIPTION far
-- differs: - SUBSCRIPTION far
-- differs: - SUBSCRIPTION IS ON far
set role pad; create table t (id int primary key); insert into t values (1); reset role;
create subscription far connection 'host=127.0.0.1 port=1 dbname=x' publication p with (connect = false, slot_name = none);

-- # An event trigger
-- by: person
-- left: EVENT TRIGGER audit
-- differs: - EVENT TRIGGER audit
set role pad; create table t (id int); create table log (what text); insert into t values (1); reset role;
create function noted() returns event_trigger language plpgsql as $$ begin raise notice '%', tg_tag; end $$; alter function noted() owner to pad;
create event trigger audit on ddl_command_end when tag in ('CREATE TABLE') execute function noted();

-- # A foreign server with its tables
-- by: person
-- left: FOREIGN TABLE public far_notes
-- left: SERVER far
-- left: USER MAPPING pad SERVER far
-- differs: - ACL FOREIGN SERVER far
-- differs: - FOREIGN TABLE public far_notes
-- differs: - SERVER far
-- differs: - USER MAPPING USER MAPPING pad SERVER far
create extension postgres_fdw; create server far foreign data wrapper postgres_fdw options (host '127.0.0.1', dbname 'x'); grant usage on foreign server far to pad; create user mapping for pad server far options (user 'x', password 'geheim');
set role pad; create foreign table far_notes (id int, text text) server far options (table_name 'notes'); create table near (id int); insert into near values (1);

-- # Operator classes of one's own
-- by: person
-- left: OPERATOR CLASS public backwards
-- left: OPERATOR FAMILY public backwards
-- differs: - OPERATOR CLASS public backwards
-- differs: - OPERATOR FAMILY public backwards
create function cmp(int, int) returns int language sql immutable as 'select $2 - $1'; alter function cmp(int, int) owner to pad; create operator class backwards for type int using btree as operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 cmp(int, int);
set role pad; create table t (a int); insert into t values (1);

-- # A function that promises to leak nothing, and one in C
-- by: person
-- left: FUNCTION public plus_one_c(oid)
-- left: FUNCTION public tight(integer)
-- differs: - FUNCTION public plus_one_c(oid)
-- differs: - FUNCTION public tight(integer)
create function tight(x int) returns int language sql immutable leakproof as 'select x'; create function plus_one_c(oid) returns oid as '$libdir/lo', 'lo_manage' language c;
set role pad; create table t (a int); insert into t values (1);

-- # Functions that set what only superusers do, and aggregates over the server's own
-- by: person
-- left: AGGREGATE public mean(bigint)
-- left: FUNCTION public quiet()
-- left: PROCEDURE public ours(integer)
-- differs: - ACL public PROCEDURE ours(IN a integer)
-- differs: - AGGREGATE public mean(bigint)
-- differs: - COMMENT public AGGREGATE mean(bigint)
-- differs: - COMMENT public FUNCTION quiet()
-- differs: - FUNCTION public quiet()
-- differs: - PROCEDURE public ours(integer)
create function quiet() returns int language sql set log_statement = 'none' as 'select 1'; comment on function quiet() is 'says nothing'; create procedure ours(a int) language sql set app.tenant = 'a' as 'select 1'; grant execute on procedure ours(int) to pad;
create aggregate mean(int8) (sfunc = int8_avg_accum, stype = internal, finalfunc = numeric_poly_avg); comment on aggregate mean(int8) is 'x';
set role pad; create function quiet(text) returns int language sql set search_path = public as 'select 1'; comment on function quiet(text) is 'y'; create aggregate total(int) (sfunc = int4pl, stype = int); create table t (a int); insert into t values (1);

-- # Casts between types of the server, and one without a function
-- by: person
-- left: CAST CAST (bytea AS json)
-- left: CAST CAST (integer AS point)
-- differs: - CAST CAST (bytea AS json)
-- differs: - CAST CAST (integer AS point)
-- differs: - COMMENT CAST (integer AS point)
create function i2p(int) returns point language sql immutable as 'select point($1, 1)'; alter function i2p(int) owner to pad; create cast (int as point) with function i2p(int); comment on cast (int as point) is 'x'; create cast (bytea as json) without function;
set role pad; create type mood as enum ('a', 'b'); create cast (text as mood) with inout; create table t (a mood); insert into t values ('a');

-- # Views that are filled from what few may read
-- by: person
-- left: MATERIALIZED VIEW DATA public after
-- left: MATERIALIZED VIEW DATA public filled
-- differs: - MATERIALIZED VIEW DATA public after
-- differs: - MATERIALIZED VIEW DATA public filled
grant select on pg_authid to pad; set role pad; create view who as select rolname from pg_authid where rolname = 'pad'; create materialized view filled as select * from who; create materialized view after as select count(*) from filled; create unique index once on filled (rolname); reset role;
set role pad; create table t (a int); insert into t values (1); create materialized view ordinary as select * from t;

-- # Jobs of pg_cron
-- by: person
-- stays: ~ TABLE DATA cron job: 1	0 3 * * *	vacuum	localhost	5432	pad	postgres	t	vacuum → 
-- left: EXTENSION pg_cron
-- left: SEQUENCE SET cron jobid_seq
-- left: SEQUENCE SET cron runid_seq
-- left: TABLE DATA cron job
-- left: TABLE DATA cron job_run_details
-- differs: - COMMENT EXTENSION pg_cron
-- differs: - EXTENSION pg_cron
-- differs: - SEQUENCE SET cron jobid_seq
-- differs: - SEQUENCE SET cron runid_seq
-- differs: - TABLE DATA cron job
-- differs: - TABLE DATA cron job_run_details
create extension pg_cron; select cron.schedule('vacuum', '0 3 * * *', 'vacuum'); update cron.job set nodeport = 5432;
set role pad; create table t (a int); insert into t values (1);

-- # Extensions in schemas of their own, with rows of their own
-- by: vigie
create schema extensions authorization pad; create extension hstore schema extensions; create extension citext schema extensions; create extension lo; create extension pg_stat_statements; create extension address_standardizer; create extension postgis; create extension postgis_topology;
grant usage on schema topology to pad; grant all on all tables in schema topology to pad; grant all on all sequences in schema topology to pad; grant create on database pad to pad;
set role pad; create table t (a extensions.hstore, c extensions.citext unique, l public.lo); insert into t (a, c) values ('a=>1', 'Aé'); set search_path = topology, public; select createtopology('town', 4326);

-- # A template, and a database of another encoding and collation
-- by: vigie
\connect postgres
drop database pad; create database pad owner pad template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' is_template true;
\connect pad
set client_encoding = 'UTF8'; set role pad; create table t (a text); insert into t values ('Été à Compiègne');

-- # Other languages: trusted ones and not
-- by: vigie
set role pad; create table t (a int); insert into t values (1); do language plpgsql 'begin end';

-- # A type made of C functions, with all that needs it
-- by: person
-- stays: ! insert or update on table "refers" violates foreign key constraint "refers_id_fkey"
-- stays: - FK CONSTRAINT public refers refers_id_fkey
-- stays: ~ TABLE DATA public needs: 1	5 → 
-- left: CONSTRAINT public needs needs_pkey
-- left: FK CONSTRAINT public refers refers_id_fkey
-- left: FUNCTION public bare_in(cstring)
-- left: FUNCTION public bare_out(public.bare)
-- left: SHELL TYPE public bare
-- left: TABLE DATA public needs
-- left: TABLE public needs
-- left: TYPE public bare
-- left: VIEW public sees
-- differs: - CONSTRAINT public needs needs_pkey
-- differs: - FK CONSTRAINT public refers refers_id_fkey
-- differs: - FUNCTION public bare_in(cstring)
-- differs: - FUNCTION public bare_out(public.bare)
-- differs: - SHELL TYPE public bare
-- differs: - TABLE DATA public needs
-- differs: - TABLE public needs
-- differs: - TYPE public bare
-- differs: - VIEW public sees
create type bare; create function bare_in(cstring) returns bare language internal immutable strict as 'int4in'; create function bare_out(bare) returns cstring language internal immutable strict as 'int4out'; create type bare (input = bare_in, output = bare_out, like = int);
set role pad; create table t (a int); create table needs (id int primary key, b bare, unique (id)); create view sees as select id, b from needs; create table refers (id int references needs); insert into t values (1); insert into needs values (1, '5'); insert into refers values (1);

-- # An index that needs an operator class, and a check that needs a function
-- by: person
-- stays: ~ TABLE DATA public checked: 1	2 → 
-- left: CONSTRAINT public checked checked_pkey
-- left: FUNCTION public tight(integer)
-- left: INDEX public by_class
-- left: INDEX public checked_a_idx
-- left: OPERATOR CLASS public backwards
-- left: OPERATOR FAMILY public backwards
-- left: TABLE DATA public checked
-- left: TABLE public checked
-- differs: - CONSTRAINT public checked checked_pkey
-- differs: - FUNCTION public tight(integer)
-- differs: - INDEX public by_class
-- differs: - INDEX public checked_a_idx
-- differs: - OPERATOR CLASS public backwards
-- differs: - OPERATOR FAMILY public backwards
-- differs: - TABLE DATA public checked
-- differs: - TABLE public checked
create function cmp(int, int) returns int language sql immutable as 'select $2 - $1'; alter function cmp(int, int) owner to pad; create operator class backwards for type int using btree as operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 cmp(int, int); create function tight(x int) returns boolean language sql immutable leakproof as 'select x > 0'; 
set role pad; create table t (a int); create index by_class on t (a backwards); create table checked (a int check (public.tight(a)), "B c" int primary key); create index on checked (a); insert into t values (1); insert into checked values (1, 2);

-- # Settings that decide how definitions are written, and what a view is filled with
-- by: vigie
alter database pad set timezone = 'Asia/Kathmandu'; alter database pad set datestyle = 'SQL, DMY'; alter database pad set intervalstyle = 'iso_8601'; alter database pad set quote_all_identifiers = on; alter database pad set bytea_output = 'escape'; alter database pad set default_text_search_config = 'pg_catalog.french';
\connect pad
set role pad; create table t (id int primary key, at timestamptz default '2026-01-01 10:00', i interval default '1 day 2 hours', b bytea default '\x00ff', m money default 12.5, f float8 default 0.1); insert into t values (1, '2026-01-01 22:00+00'); create view v as select * from t where at > '2026-02-03 04:05+00' and i < '3 mons'; create index on t (id) where at > '2025-01-01 00:00+00'; create materialized view days as select at::date as d, to_tsvector('les chats') as w from t; create table p (at timestamptz) partition by range (at); create table p1 partition of p for values from ('2026-01-01 00:00+01') to ('2027-01-01 00:00+01');
