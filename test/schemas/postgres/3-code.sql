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
