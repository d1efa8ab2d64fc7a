Whose things are, and who may do what.

-- # Rights on tables, columns, sequences, functions, types and schemas, some of them to be passed on
-- by: vigie
create role reader login; create role "Role with blanks" login; create role team nologin; grant team to reader;
set role pad;
create schema s; create table s.t (id serial, a text, b text); create function s.f() returns int language sql as 'select 1'; create type s.e as enum ('a'); create procedure s.p() language sql as 'select 1';
grant usage on schema s to team with grant option; grant select (a), update (b) on s.t to reader; grant insert, references on s.t to "Role with blanks" with grant option; grant usage on sequence s.t_id_seq to reader; revoke execute on function s.f() from public; grant execute on function s.f() to team; revoke usage on type s.e from public; grant usage on type s.e to reader; grant execute on procedure s.p() to reader with grant option; revoke all on s.t from pad; grant select on s.t to pad;
reset role; grant usage on schema s to "Role with blanks"; set role "Role with blanks"; grant insert on s.t to reader; reset role;

-- # Default rights, of several owners, in and out of a schema
-- by: vigie
create role reader login; create role other login; create schema s authorization other;
alter default privileges for role pad grant select on tables to reader; alter default privileges for role other in schema s grant insert on tables to reader with grant option; alter default privileges for role pad revoke execute on functions from public; alter default privileges for role pad revoke usage on types from public; alter default privileges for role other grant usage on schemas to reader;
set role pad; create table before (a int); insert into before values (1);

-- # Tables of several owners, one of whom has a blank in the name, and one who is gone
-- by: vigie
create role second login; create role "the third one" login; create role pad_admin nologin; grant create on schema public to second, "the third one";
set role pad; create table mine (a int); set role second; create table hers (a int); create sequence his; set role "the third one"; create table theirs (a int); create function ours() returns int language sql as 'select 1'; create domain whose as int; create view seen as select 1 a;
reset role; insert into mine values (1); insert into hers values (2); insert into theirs values (3);

-- # An owner who may see statistics, and one who may make roles
-- by: vigie
-- differs: ~ TABLE public monitored: -- Name: monitored; Type: TABLE; Schema: public; Owner: watcher | ALTER TABLE public.monitored OWNER TO watcher; → -- Name: monitored; Type: TABLE; Schema: public; Owner: pad_watcher_vigie_owner | ALTER TABLE public.monitored OWNER TO pad_watcher_vigie_owner;
-- differs: ~ TABLE public of_maker: -- Name: of_maker; Type: TABLE; Schema: public; Owner: maker | ALTER TABLE public.of_maker OWNER TO maker; → -- Name: of_maker; Type: TABLE; Schema: public; Owner: pad_maker_vigie_owner | ALTER TABLE public.of_maker OWNER TO pad_maker_vigie_owner;
create role watcher login; grant pg_monitor to watcher; create role maker login createrole; grant create on schema public to watcher, maker;
set role watcher; create table monitored (a int); set role maker; create table of_maker (a int); set role pad; create table plain (a int); reset role;
insert into monitored values (1); insert into of_maker values (2);

-- # Settings, connection limit and rights of the database itself
-- by: vigie
create role app login; alter database pad set work_mem = '12MB'; alter database pad set search_path = "My Schema", public; alter database pad set "my.setting" = 'it''s'; alter role app in database pad set statement_timeout = '5s'; alter database pad connection limit 42; revoke all on database pad from public; grant connect, create on database pad to app with grant option; comment on database pad is 'Étherpad';
set role pad; create table t (a int); insert into t values (1);

-- # Limits that somebody has set: of time, of locks, read only
-- by: vigie
alter database pad set statement_timeout = '1ms'; alter database pad set default_transaction_read_only = on; alter database pad set lock_timeout = '1ms'; alter role postgres in database pad set row_security = off;
begin read write; set local statement_timeout = 0; set local role pad; create table slow (a int); insert into slow select generate_series(1, 10000); commit;
-- damage
begin read write; set local statement_timeout = 0; drop table slow; commit;

-- # A view that reads what its reader may not
create role hidden nologin; create role shown login;
create table secrets (a int, b text); alter table secrets owner to hidden; insert into secrets values (1, 'x');
create view glimpse as select a from secrets; alter view glimpse owner to hidden; grant select on glimpse to shown; revoke all on secrets from public;

-- # Things of a superuser, which nobody else is to run
-- by: vigie
-- differs: ~ FUNCTION public of_root(): -- Name: of_root(); Type: FUNCTION; Schema: public; Owner: postgres | ALTER FUNCTION public.of_root() OWNER TO postgres; → -- Name: of_root(); Type: FUNCTION; Schema: public; Owner: pad_vigie_owner | ALTER FUNCTION public.of_root() OWNER TO pad_vigie_owner;
-- differs: ~ TABLE public roots: -- Name: roots; Type: TABLE; Schema: public; Owner: postgres | ALTER TABLE public.roots OWNER TO postgres; → -- Name: roots; Type: TABLE; Schema: public; Owner: pad_vigie_owner | ALTER TABLE public.roots OWNER TO pad_vigie_owner;
create function of_root() returns int language sql security definer as 'select 1'; create table roots (a int); insert into roots values (1); set role pad; create table t (a int);

-- # Rights that a superuser gave on what came with an extension or is the server's own
-- by: vigie
create role reader login; create extension postgis; create extension postgis_topology; create extension pg_stat_statements;
grant usage on schema topology to pad, reader; grant select, insert on spatial_ref_sys to pad; grant execute on function pg_stat_statements_reset(oid, oid, bigint) to reader with grant option; revoke execute on function st_makepoint(float8, float8) from public; grant execute on function pg_stat_reset() to reader; grant select on pg_authid to reader;
set role pad; create table t (a int); insert into t values (1);

-- # Rights on a language, on a wrapper that an extension brings, and on columns of what is the server's own
-- by: vigie
create role reader login; create extension postgres_fdw; grant usage on foreign data wrapper postgres_fdw to pad with grant option; revoke usage on language plpgsql from public; grant usage on language plpgsql to reader;
grant select (rolname, rolsuper) on pg_authid to reader with grant option; revoke all on pg_stat_activity from public; grant select (pid) on pg_stat_activity to pad;
set role pad; create table t (a int); insert into t values (1);

-- # A schema for extensions that the owner of all else owns, with tables beside them
-- by: vigie
create schema geo authorization pad; comment on schema geo is 'maps'; create extension postgis schema geo; create role reader login; set role pad; grant usage on schema geo to reader; create table geo.places (id int, at geo.geometry); insert into geo.places values (1, 'POINT(1 2)');

-- # A schema public that was made anew
-- by: vigie
create role reader login; create role writer login; drop schema public; create schema public; grant usage on schema public to public; grant create on schema public to pad, writer; grant usage on schema public to reader with grant option; set role reader; grant usage on schema public to writer; reset role;
set role pad; create table t (a int); insert into t values (1); create table u (a int); insert into u values (2);

-- # A schema public that another than the owner of the database owns, with a comment of its own
-- by: vigie
create role other login; create role reader login; alter schema public owner to other; revoke all on schema public from public; grant usage on schema public to reader; grant all on schema public to pad; comment on schema public is 'of everybody';
alter database pad owner to reader; set role pad; create table t (a int); insert into t values (1); create table u (a int);

-- # A schema public of a superuser that nobody may use, without a comment
-- by: vigie
alter schema public owner to postgres; revoke all on schema public from public; comment on schema public is null; create schema app authorization pad; grant usage on schema public to pad;
set role pad; create table app.t (a int); insert into app.t values (1);

-- # No schema public at all
drop schema public; create schema app authorization pad;
set role pad; create table app.t (a int); insert into app.t values (1);

-- # Extensions of a superuser in schemas with blanks and quotes in their names
-- by: vigie
create schema "geo s" authorization pad; comment on schema "geo s" is 'maps'; create extension pageinspect schema "geo s"; create schema "g""q"; create extension pgstattuple schema "g""q"; create extension dblink schema "g""q";
set role pad; create table "geo s".t (a int); insert into "geo s".t values (1); create table u (a int);

-- # Extensions in schemas of a superuser, with tables of others beside them and with other words said of them
-- by: vigie
-- differs: ~ TABLE geo roots: -- Name: roots; Type: TABLE; Schema: geo; Owner: postgres | ALTER TABLE geo.roots OWNER TO postgres; → -- Name: roots; Type: TABLE; Schema: geo; Owner: pad_vigie_owner | ALTER TABLE geo.roots OWNER TO pad_vigie_owner;
create role reader login; create schema geo; comment on schema geo is 'it''s maps'; create extension postgis schema geo; comment on extension postgis is 'maps of ours'; grant usage, create on schema geo to pad; grant usage on schema geo to reader;
create schema quiet; create extension pgstattuple schema quiet; comment on extension pgstattuple is null; create extension citext; comment on extension citext is 'no case'; create table geo.roots (at geo.geometry); insert into geo.roots values ('POINT(3 4)');
set role pad; create table geo.places (id int, at geo.geometry); insert into geo.places values (1, 'POINT(1 2)'); create extension hstore; comment on extension hstore is 'of pad'; create function geo.near(geo.geometry) returns geo.geometry language sql as 'select $1';

-- # Tables that their owner may no longer change
-- by: vigie
create role app login; create role other login; set role pad; create table log (id int, t text); insert into log values (1, 'x'); revoke update, delete, truncate on log from pad; grant select, insert on log to app; create view v as select * from log; revoke insert, update, delete on v from pad; create sequence s; revoke update on sequence s from pad; create schema "s c" ; revoke create on schema "s c" from pad; create type mood as enum ('a'); create table other (a int); create table readers (a int); grant select on readers to other; create materialized view m as select * from log; revoke trigger, references on m from pad; grant select on m to app;
-- damage
drop table other; grant all on log to pad; drop materialized view m;

-- # Owners who have taken all rights from themselves
-- by: vigie
set role pad; create table t (a int); insert into t values (1); create sequence s; create schema app; create function f() returns int language sql as 'select 1'; create type e as enum ('a'); create table app.u (a int); create view v as select 1 a;
revoke all on table t from pad; revoke all on sequence s from pad; revoke all on schema app from pad; revoke all on function f() from pad; revoke all on function f() from public; revoke all on type e from pad; revoke all on type e from public; revoke all on v from pad;
select lo_create(77); revoke all on large object 77 from pad;

-- # Rights of the server's own roles, and what belongs to whoever owns the database
-- by: vigie
set role pad; create table t (a int); insert into t values (1); grant select on t to pg_read_all_data; grant insert on t to pg_monitor with grant option; reset role; create table d (a int); alter table d owner to pg_database_owner; grant all on schema public to pg_database_owner;
