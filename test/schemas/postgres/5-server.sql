What belongs to the server, or needs its superuser.

-- # Tables and indexes in another tablespace
-- by: vigie
-- differs: ~ INDEX public i
-- differs: ~ TABLE public t
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

-- # Jobs of pg_cron
-- by: person
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
create extension pg_cron; select cron.schedule('vacuum', '0 3 * * *', 'vacuum');
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
