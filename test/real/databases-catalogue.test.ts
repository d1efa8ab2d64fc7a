import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bounded, type Catalogue, catalogueFinding, leadsAside, withoutLeft } from '#domain/backup/catalogue.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { resetPostgres } from './databases-postgres.ts';
import { type PlainServer, startPlainServer } from './plain-server.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';

async function catalogueOf(server: PlainServer, database?: string): Promise<Catalogue> {
  const found = await server.databases.catalogue('pad', database);
  if (found === null) throw new Error('nobody looked');
  return found;
}

async function load(server: PlainServer): Promise<Catalogue> {
  const before = await catalogueOf(server);
  const dump = await whole(server.databases.dump('pad'));
  await server.databases.create('pad', NEW);
  await server.databases.load('pad', NEW, given(dump));
  return before;
}

describe('what a PostgreSQL has beside rows', () => {
  let server: PlainServer;
  beforeAll(async () => {
    server = await startPlainServer('postgres');
    await server.sql('postgres', 'create role pad login; create role hr login; create role reader login; create role "big boss" login; create role watcher login; grant pg_monitor to watcher; create role maker login createrole'); // prettier-ignore
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    await resetPostgres(server, '');
    await server.sql(
      'pad',
      `create extension hstore; grant all on schema public to hr, "big boss", watcher, maker;
set role pad; create table notes (id serial primary key, text text not null check (text <> ''), size int generated always as (length(text)) stored); insert into notes (text) values ('x'), ('y');
create index lower_text on notes (lower(text)); alter table notes enable row level security; create policy own on notes to reader using (id = 1);
create function shout() returns trigger language plpgsql as 'begin return new; end'; create trigger shouts before insert on notes for each row execute function shout(); alter table notes disable trigger shouts;
grant select on notes to reader; grant update (text) on notes to hr; grant insert on notes to reader with grant option; comment on table notes is 'of everybody';
alter default privileges in schema public grant select on tables to reader; alter default privileges revoke execute on functions from public; create view seen as select * from notes; create type grade as enum ('a', 'b');
create function only_for_hr() returns int language sql as 'select 1'; revoke execute on function only_for_hr() from public; grant execute on function only_for_hr() to hr;
reset role; set role hr; create table salaries (id int primary key); grant select on salaries to pad;
reset role; set role "big boss"; create table plans (id int primary key); create table plans2 (id int); create table plans3 (id int);
reset role; set role watcher; create table seen_by (id int); reset role; set role maker; create table made (id int)`,
    );
  });
  const swap = async (): Promise<void> => void (await server.databases.swap('pad', { fresh: NEW, kept: OLD }));
  const as = (role: string, sql: string): Promise<string> => server.sql('pad', `set role "${role}"; ${sql}`);

  it('comes back whole: definitions, and what each may do with each', async () => {
    const before = await load(server);
    const { lost, differs } = catalogueFinding(before, await catalogueOf(server, NEW), await catalogueOf(server));
    expect(lost).toEqual([]);
    expect(differs).toEqual([
      'owner of table public.made: maker → pad_maker_vigie_owner',
      'owner of table public.seen_by: watcher → pad_watcher_vigie_owner',
    ]);
    await swap();
    expect(catalogueFinding(before, await catalogueOf(server), null).lost).toEqual([]);
    expect(await server.databases.widened('pad', { fresh: OLD, kept: NEW })).toEqual([]);
    expect(await server.sql('pad', "select string_agg(tablename || ' ' || tableowner, ', ' order by 1) from (select * from pg_tables where schemaname = 'public' order by 1, 2) t")).toBe('made pad_maker_vigie_owner, notes pad, plans big boss, plans2 big boss, plans3 big boss, salaries hr, seen_by pad_watcher_vigie_owner'); // prettier-ignore
    expect(await server.sql('postgres', "select count(*) from pg_roles where rolname = 'boss'")).toBe('0');
  });

  it('is its owners’, also of those who may more than others', async () => {
    await load(server);
    await swap();
    expect(
      await as('watcher', 'insert into seen_by values (1); alter table seen_by add column more int; select count(*) from seen_by'),
    ).toBe('1');
    await expect(as('watcher', 'select * from made')).rejects.toThrow(/denied/u);
    expect(await as('pad', 'select count(*) from salaries; create table later (id int)')).toBe('0');
    expect(await as('reader', 'select count(*) from later')).toBe('0');
    expect(await as('hr', 'select only_for_hr()')).toBe('1');
  });

  it.each([
    ['an index', 'drop index lower_text', 'index public.lower_text'],
    ['a trigger’s state', 'alter table notes enable trigger shouts', 'trigger shouts on public.notes (changed)'],
    ['a rule of a table', 'alter table notes drop constraint notes_text_check', 'constraint notes_text_check on public.notes'],
    ['a policy', 'drop policy own on notes', 'policy own on public.notes'],
    ['a right', 'revoke select on notes from reader', 'rights on table public.notes: reader SELECT'],
    ['a right of a column', 'revoke update (text) on notes from hr', 'rights on column public.notes.text'],
    ['the right to pass one on', 'revoke grant option for insert on notes from reader', 'rights on table public.notes: reader INSERT*'],
    [
      'the right to run something',
      'revoke execute on function only_for_hr() from hr',
      'rights on function public.only_for_hr(): hr EXECUTE',
    ],
    [
      'a default',
      'alter default privileges for role pad in schema public revoke select on tables from reader',
      'default rights of pad for r in public',
    ],
    ['a value of a type', `alter type grade rename value 'b' to 'c'`, 'type public.grade (changed)'],
    ['what a view shows', 'create or replace view seen as select id, text, size from notes where id > 0', 'view public.seen (changed)'],
  ])('tells that %s is missing', async (_, sql, missing) => {
    const before = await load(server);
    const owner = sql.startsWith('alter default') ? '' : 'set role pad; ';
    await server.sql(NEW, `${owner}${sql}`);
    const { lost } = catalogueFinding(before, await catalogueOf(server, NEW), await catalogueOf(server));
    expect(lost.join(', ')).toContain(missing);
  });

  it('tells that what has no rows is otherwise: a publication, a cast, an operator, what is searched and sorted by', async () => {
    await server.sql('pad', `grant create on database pad to pad; set role pad;
create publication parts for table notes (id, text) where (id > 0); create function same(grade, grade) returns boolean language sql as 'select true'; create operator === (leftarg = grade, rightarg = grade, procedure = same);
create function graded(text) returns grade language sql as 'select null::grade'; create cast (text as grade) with function graded(text) as assignment; create aggregate summed(int) (sfunc = int4pl, stype = int, initcond = '0');
create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false); create text search dictionary words (template = simple, stopwords = english); create text search configuration found (copy = simple);
create statistics often on id, text from notes; create conversion latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8`);
    const before = await load(server);
    const finding = async () => catalogueFinding(before, await catalogueOf(server, NEW), await catalogueOf(server));
    expect((await finding()).lost).toEqual([]);
    await server.sql(NEW, `alter publication parts set (publish = 'insert'); set role pad; drop cast (text as grade); create cast (text as grade) with function graded(text);
alter operator === (grade, grade) set (join = eqjoinsel); create or replace aggregate summed(int) (sfunc = int4pl, stype = int, initcond = '7'); drop collation loose; create collation loose (provider = icu, locale = 'und');
alter text search dictionary words (stopwords = french); alter text search configuration found alter mapping replace simple with words; drop statistics often; create statistics often (ndistinct) on id, text from notes;
drop conversion latin; create conversion latin for 'LATIN2' to 'UTF8' from iso8859_to_utf8`);
    expect((await finding()).lost).toEqual([
      'aggregate public.summed(integer) (changed)',
      'cast (pg_catalog.text AS public.grade) (changed)',
      'collation public.loose (changed)',
      'conversion public.latin (changed)',
      'operator public.===(public.grade,public.grade) (changed)',
      'publication parts (changed)',
      'statistics object public.often (changed)',
      'text search configuration public.found (changed)',
      'text search dictionary public.words (changed)',
    ]);
  }); // prettier-ignore

  it('tells whose right on large objects, on a language, or on a wrapper is missing', async () => {
    await server.sql('pad', `create extension postgres_fdw; grant usage on foreign data wrapper postgres_fdw to hr; revoke usage on language plpgsql from public; grant usage on language plpgsql to hr, reader, pad;
set role pad; select lo_from_bytea(70001, 'a'), lo_from_bytea(70002, 'b'), lo_from_bytea(70003, 'c'); grant select on large object 70001, 70002 to reader; grant select, update on large object 70003 to public; grant select on large object 70001 to hr with grant option`);
    const before = await load(server);
    const finding = async () => catalogueFinding(before, await catalogueOf(server, NEW), await catalogueOf(server));
    expect(await finding()).toMatchObject({ lost: [] });
    expect(before['rights on large objects']).toMatch(/^hr=SELECT\* of 1 \(\w{10}\);public=SELECT of 1 \(\w{10}\),UPDATE of 1 \(\w{10}\);reader=SELECT of 2 \(\w{10}\)$/u);
    await server.sql(NEW, 'revoke select on large object 70002 from reader; revoke update on large object 70003 from public; revoke usage on language plpgsql from reader; revoke usage on foreign data wrapper postgres_fdw from hr');
    expect((await finding()).lost).toEqual([
      'rights on foreign data wrapper postgres_fdw: hr USAGE',
      'rights on language plpgsql: reader USAGE',
      expect.stringMatching(/^rights on large objects: public UPDATE of 1 \(\w{10}\)$/u),
      expect.stringMatching(/^rights on large objects: reader SELECT of 2 \(\w{10}\)$/u),
    ]);
  }); // prettier-ignore

  it('is compared one by one where there is very much of it, whoever came since', async () => {
    await server.sql('pad', "set role pad; do $$ begin for i in 1..700 loop execute format('create table many_%s (id int primary key, text text check (text <> ''''))', i); execute format('create function many_%s() returns int language sql as ''select 1''', i); end loop; end $$"); // prettier-ignore
    const found = await load(server);
    expect(Object.keys(found).length).toBeGreaterThan(6_000);
    const before = bounded(found);
    expect(JSON.stringify(before).length).toBeLessThan(200_000);
    await server.sql('postgres', 'create role later login; grant pad to later');
    const finding = async () => catalogueFinding(before, await catalogueOf(server, NEW), await catalogueOf(server));
    expect((await finding()).lost).toEqual([]);
    await server.sql(NEW, 'drop function many_77(); alter table many_78 drop constraint many_78_pkey; revoke select on notes from reader'); // prettier-ignore
    const { lost } = await finding();
    expect(lost).toContain('constraint many_78_pkey on public.many_78');
    expect(lost).toContain('function public.many_77()');
    expect(lost).toContain('rights on table public.notes: reader SELECT');
    expect(withoutLeft(lost, ['FUNCTION public many_77()', 'CONSTRAINT public many_78 many_78_pkey'])).not.toContain('function public.many_77()');
    await server.sql('postgres', 'drop role later');
  }); // prettier-ignore

  it('misses no right that was taken from somebody since', async () => {
    const before = await load(server);
    await server.sql('pad', 'revoke select on notes from reader');
    await server.sql(NEW, 'revoke select on notes from reader');
    expect(catalogueFinding(before, await catalogueOf(server, NEW), await catalogueOf(server)).lost).toEqual([]);
  });
});

describe('what a MariaDB has beside rows', () => {
  let server: PlainServer;
  beforeAll(async () => {
    server = await startPlainServer('mariadb');
    await server.sql('mysql', "create or replace user app identified by 'app'; create or replace user teller identified by 'teller'");
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    await resetMariadb(
      server,
      `create table notes (id int auto_increment primary key, text varchar(200) check (text <> ''), size int generated always as (char_length(text)) virtual, key of_text (text)); insert into notes (text) values ('x'), ('y');
create table comments (note int, constraint of_note foreign key (note) references notes (id)); create sequence numbers;
create function total() returns int reads sql data return (select count(*) from notes); create procedure sweep() delete from notes where id > 100;
create trigger quiet before insert on notes for each row set new.text = lower(new.text); create view seen as select id, total() as all_of_them from notes; create event rests on schedule every 1 day do delete from notes where id > 100;
grant all on pad.* to app; grant execute on function pad.total to teller; grant execute on procedure pad.sweep to teller`,
    );
  });

  it('comes back whole, and who might run one routine still may', async () => {
    const before = await load(server);
    expect(catalogueFinding(before, await catalogueOf(server, NEW), await catalogueOf(server))).toEqual({ lost: [], differs: [] });
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    expect(catalogueFinding(before, await catalogueOf(server), null).lost).toEqual([]);
    const teller = async (sql: string): Promise<string> =>
      await server.sh(`exec mariadb --no-defaults -N -h 127.0.0.1 -uteller -pteller -e '${sql}'`);
    expect(await teller('select pad.total()')).toBe('2');
    expect(await teller('call pad.sweep()')).toBe('');
    await expect(teller('select * from pad.notes')).rejects.toThrow(/denied/u);
    await server.databases.swap('pad', { fresh: OLD, kept: NEW });
    expect(await teller('select pad.total()')).toBe('2');
  });

  it.each([
    ['an index', 'alter table notes drop key of_text', 'table notes (changed)'],
    ['a trigger', 'drop trigger quiet', 'trigger quiet'],
    ['a foreign key', 'alter table comments drop foreign key of_note', 'table comments (changed)'],
    ['a routine', 'drop procedure sweep', 'procedure sweep'],
    ['what a view shows', 'create or replace view seen as select id, 1 as all_of_them from notes', 'view seen (changed)'],
    ['an event', 'drop event rests', 'event rests'],
    ['a sequence’s step', 'alter sequence numbers increment 5', 'sequence numbers (changed)'],
  ])('tells that %s is missing', async (_, sql, missing) => {
    const before = await load(server);
    await server.sql(NEW, sql);
    expect(catalogueFinding(before, await catalogueOf(server, NEW), null).lost).toContain(missing);
  });

  it('tells which tables of other databases lead into it, and follow it into its place', async () => {
    await server.sql('mysql', 'create or replace database shop; create table shop.orders (note int, constraint of_a_note foreign key (note) references pad.notes (id) on delete cascade)'); // prettier-ignore
    const [before, key] = [await load(server), 'reference from shop.orders: of_a_note'];
    expect(before).toHaveProperty([key]);
    expect(catalogueFinding(before, await catalogueOf(server, NEW), await catalogueOf(server))).toEqual({ lost: [], differs: [] });
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    expect((await catalogueOf(server))[key]).toBe(before[key]);
    const kept = await catalogueOf(server, OLD);
    expect(leadsAside(kept)).toEqual([]);
    await server.sql('shop', `alter table orders drop foreign key of_a_note; alter table orders add constraint of_a_note foreign key (note) references ${OLD}.notes (id)`);
    expect(leadsAside(await catalogueOf(server, OLD))).toEqual([key]);
    await server.sql('mysql', 'drop database shop');
  }); // prettier-ignore
});
