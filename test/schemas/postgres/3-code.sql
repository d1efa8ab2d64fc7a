What runs: functions, triggers, views, rules.

-- # Functions, procedures and aggregates that are overloaded, variadic and set
set role pad;
create function f(int) returns int language sql immutable strict parallel safe cost 5 as 'select $1'; create function f(text, variadic int[]) returns setof int language plpgsql stable rows 7 as 'begin return query select unnest($2); end';
create function named(a int, b text default 'x''y', out c int, inout d int default 3) language sql set search_path = public, pg_temp set work_mem = '8MB' as 'select 1, 2'; create procedure p(inout a int) language plpgsql as $$ begin commit; a := 2; end $$;
create function atomic_sql(a int) returns int begin atomic select a + 1; select a + 2; end; create function tab() returns table (x int, "Y" text) language sql as $_$ select 1, '$$' $_$;
create aggregate mysum (int) (sfunc = int4pl, stype = int, initcond = '0', parallel = safe); create function win() returns int language sql security definer as 'select 1'; create function moved(int, int, int) returns int language sql as 'select $1 + $2 * $3'; create aggregate weighted (a int, by int) (sfunc = moved, stype = int, initcond = '0');
create table uses (a int default f(3), check (f(a) > 0)); insert into uses default values;
-- damage
drop procedure p; drop function named; drop table uses; create or replace function atomic_sql(a int) returns int language sql as 'select 0';

-- # Triggers: disabled, always, for replicas, on views, of columns, with transition tables, deferred
set role pad;
create table t (id int primary key, a int, b int); create table audit (what text);
create function note() returns trigger language plpgsql as $$ begin insert into public.audit values (tg_name); return coalesce(new, old); end $$;
create trigger off before insert on t for each row execute function note(); alter table t disable trigger off; create trigger always after update of a, b on t for each row when (old.a is distinct from new.a) execute function note(); alter table t enable always trigger always;
create trigger replica after delete on t for each statement execute function note(); alter table t enable replica trigger replica; create constraint trigger later after insert on t deferrable initially deferred for each row execute function note();
create trigger seen after insert on t referencing new table as fresh for each statement execute function note(); create view v as select * from t; create trigger through instead of insert on v for each row execute function note();
insert into t values (1, 2, 3);
-- damage
drop trigger always on t; alter table t enable trigger off; drop view v;

-- # Views on views, recursive, with check, with a barrier, materialized and not filled
set role pad;
create table base (id int primary key, parent int, secret boolean default false); insert into base select i, i / 2 from generate_series(1, 30) i;
create view plain with (security_barrier) as select * from base where not secret with local check option; create view invoker with (security_invoker = true) as select id from plain; create recursive view tree (id) as select id from base where parent = 0 union all select b.id from base b join tree t on b.parent = t.id;
create materialized view filled as select count(*) n from plain; create materialized view empty as select * from invoker with no data; create unique index on filled (n); create view over as select n, row_number() over (order by n) from filled;

-- # Rules, and a view whose rule writes elsewhere
set role pad;
create table people (id int primary key, name text); create table log (was text); create view short as select id from people;
create rule no_delete as on delete to people do instead nothing; create rule noted as on update to people where old.name <> new.name do also insert into log values (old.name); create rule through as on insert to short do instead insert into people values (new.id, 'x') returning id; alter table people disable rule noted;
insert into people values (1, 'a'), (2, 'b');

-- # Policies on rows, forced, for roles that are there
create role reader nologin; create role writer nologin;
set role pad;
create table notes (id int primary key, owner name default current_user, text text); alter table notes enable row level security, force row level security;
create policy own on notes for select to reader, writer using (owner = current_user); create policy strict on notes as restrictive for all using (id > 0) with check (text <> ''); create policy all_of_mine on notes using (true);
create table hidden (a int); alter table hidden enable row level security; grant select on notes to reader;
insert into notes values (1, 'reader', 'x'), (2, 'writer', 'y'); insert into hidden values (1);

-- # Operators, casts, conversions and collations of one's own
set role pad;
create type celsius as (degrees float8); create function warmer(celsius, celsius) returns boolean language sql immutable as 'select $1.degrees > $2.degrees'; create operator >>> (leftarg = celsius, rightarg = celsius, function = warmer, commutator = <<<);
create function to_c(float8) returns celsius language sql immutable as 'select row($1)::celsius'; create cast (float8 as celsius) with function to_c(float8) as assignment; create collation french (provider = icu, locale = 'fr-u-ks-level2', deterministic = false); create collation plain from "C";
create table weather (t celsius, city text collate french unique); insert into weather values (3.5::float8::celsius, 'Compiègne');

-- # Functions that name things without their schema, in indexes and checks
create extension unaccent with schema public;
set role pad;
create function plain(text) returns text language sql immutable as $$ select lower(unaccent($1)) $$; create function is_known(text) returns boolean language plpgsql immutable as $$ begin return exists (select from known where name = $1); end $$;
create table known (name text primary key); insert into known values ('é'); create table z_after (name text check (is_known(name))); insert into z_after values ('é'); create index on known (plain(name)); create unique index on z_after (plain(name));

-- # Something of each kind with a comment
set role pad;
create schema s; comment on schema s is 'é''s'; create table s.t (id int primary key, constraint c check (id > 0)); comment on table s.t is 'table'; comment on column s.t.id is E'two\nlines'; comment on constraint c on s.t is 'c'; create index i on s.t (id); comment on index s.i is 'i'; create function s.f() returns int language sql as 'select 1'; comment on function s.f() is 'f'; create type s.e as enum ('a'); comment on type s.e is 'e'; create view s.v as select 1 a; comment on view s.v is 'v'; create sequence s.q; comment on sequence s.q is 'q'; create domain s.d as int; comment on domain s.d is 'd'; reset role; comment on database pad is 'the pad''s';

-- # Functions that name things of schemas that are looked into without being told
-- by: vigie
set role pad; create schema pad; create schema app; create schema "o ne"; create schema two; reset role; alter database pad set search_path = app, public; set role pad;
create table app.conf (v int); insert into app.conf values (3); create table pad.conf (v int); create table two.only2 (v int); insert into two.only2 values (4); create table "o ne".only1 (v int); insert into "o ne".only1 values (5); 
create function app.f() returns int language plpgsql stable as $$ begin return (select v from conf) + (select v from only1) + (select v from only2); end $$;
set search_path = app, two, "o ne"; create materialized view app.mv as select app.f() as m; create function app.small(int) returns boolean language plpgsql immutable as $$ begin return $1 < f(); end $$; create table app.t (a int check (app.small(a))); create index on app.t (app.small(a)); insert into app.t values (1);

-- # Views of every form, on rows of tables, with cycles, samples and windows
set role pad;
create table t (id int primary key, a text, b int); insert into t values (1, 'x', 2);
create view g as select id, a, count(*) from t group by id; create view star as select * from t; alter table t add c int; alter table t rename a to "A b"; create view whole as select t, t.id from t; create view j as select * from t x natural join (select id, 1 as one from t) y; create view us as select t.*, star.a from t join star using (id) ; create view ua as select k.id, t.b from t join star using (id) as k;
create function tf(t) returns int language sql stable as 'select $1.id'; create view vf as select tf(t) from t; create view vals as values (1, 'a'), (2, null); create view ord as select * from t with cascaded check option; alter view star alter id set default 7; create view lat as select * from t, lateral (select t.id + 1) q, unnest(array[1,2]) with ordinality u(a, o); create view rf as select * from rows from (generate_series(1,2), unnest(array['a'])) with ordinality; create view ts as select * from t tablesample system (10) repeatable (3); create view fu as select * from t for update; create view wn as select id, sum(b) over w from t window w as (partition by "A b" order by id rows between 1 preceding and current row exclude ties); create view cte as with recursive r(n) as materialized (select 1 union all select n + 1 from r where n < 3) cycle n set is_c using pth select n, is_c from r; create view gs as select b, "A b" from t group by grouping sets ((b), rollup ("A b")); create view coll as select "A b" collate "C" from t; create view n0 as select; create view xm as select xmlelement(name x, xmlattributes(1 as a)), xmlserialize(content '<a/>' as text), json_build_object('a', 1), extract(epoch from now()), 'a' similar to 'b', now() at time zone 'UTC' is null as tz from t;
create materialized view m1 as select * from t with no data; create materialized view m2 as select count(*) from m1 with no data; create materialized view m3 with (fillfactor = 70) as select id from t; create materialized view m4 as select * from m3; create view onm as select * from m2; create unique index on m3 (id); cluster m3 using m3_id_idx; alter materialized view m4 set (autovacuum_enabled = false); comment on column m3.id is 'q';
-- damage
drop view vals; create or replace view cte as with recursive r(n) as materialized (select 1 union all select n + 2 from r where n < 3) cycle n set is_c using pth select n, is_c from r; update t set b = 7;

-- # Functions with bodies of SQL, arguments by default and settings of their own
set role pad; create table t (a int, b text); insert into t values (1, 'x'); create function total() returns bigint begin atomic select sum(a) from t; end; create procedure add(x int, y text default 'new') begin atomic insert into t values (x, y); end; create function dflt(x bigint default total(), variadic y int[] default '{}') returns bigint language sql as 'select x'; create function many() returns table (a int, b text) language sql stable strict parallel safe cost 7 rows 3 set search_path = pg_catalog, public set work_mem = '1MB' as 'select a, b from public.t'; create function outs(in a int, out b int, inout c text) language plpgsql as 'begin b := a; end'; create view v as select total() as n, dflt(3) d;
create function acc(int, int) returns int language sql immutable as 'select coalesce($1, 0) + coalesce($2, 0)'; create function sub(int, int) returns int language sql immutable as 'select $1 - $2'; create aggregate plus (int) (sfunc = acc, stype = int, initcond = '0', msfunc = acc, minvfunc = sub, mstype = int, minitcond = '0', parallel = safe, combinefunc = acc);
