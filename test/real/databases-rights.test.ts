import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { given, whole } from '#test/contract/databases.contract.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { resetPostgres } from './databases-postgres.ts';
import { type PlainServer, startPlainServer } from './plain-server.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';

describe('a PostgreSQL whose database several people share', () => {
  let server: PlainServer;
  beforeAll(async () => {
    server = await startPlainServer('postgres');
    await server.sql('postgres', 'create role pad login; create role hr login; create role reader login; create role boss login superuser');
  });
  afterAll(() => server?.close());
  /** Most of it is pad's; salaries are hr's, and secrets a superuser's. */
  beforeEach(async () => {
    await resetPostgres(server, '');
    await server.sql(
      'pad',
      `grant all on schema public to pad, hr, boss;
set role pad; create table notes (id int, text text); insert into notes values (1, 'x'); create table more (id int); create view seen as select * from notes; grant select on notes to reader;
reset role; set role hr; create table salaries (id serial primary key, amount int); insert into salaries (amount) values (42); create type grade as enum ('a', 'b');
create function pay() returns int language sql security definer set search_path = public as 'select amount from salaries'; revoke execute on function pay() from public;
reset role; create schema hr authorization hr; set role hr; create table hr.notes (text text);
reset role; set role boss; create table secrets (text text); insert into secrets values ('s')`,
    );
  });

  const load = async (dump: Uint8Array): Promise<void> => {
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(dump));
  };
  const swap = async (): Promise<void> => void (await server.databases.swap('pad', { fresh: NEW, kept: OLD }));
  const widened = (): Promise<readonly string[]> => server.databases.widened('pad', { fresh: NEW, kept: OLD });
  const as = (role: string, sql: string): Promise<string> => server.sql('pad', `set role ${role}; ${sql}`);
  const owners = async (): Promise<string> =>
    await server.sql('pad', "select string_agg(schemaname || '.' || tablename || ' ' || tableowner, ', ' order by 1) from (select * from pg_tables where schemaname in ('public', 'hr') order by 1, 2) t"); // prettier-ignore

  it('gives each back what was theirs: whoever owns the most reads nobody else’s after a restore', async () => {
    await load(await whole(server.databases.dump('pad')));
    expect(await widened()).toEqual([]);
    await swap();
    expect(await owners()).toBe('hr.notes hr, public.more pad, public.notes pad, public.salaries hr, public.secrets pad_vigie_owner');
    for (const theirs of ['salaries', 'secrets', 'hr.notes']) await expect(as('pad', `select * from ${theirs}`)).rejects.toThrow(/denied/u);
    await expect(as('pad', 'select pay()')).rejects.toThrow(/denied/u);
    expect(await as('hr', 'insert into salaries (amount) values (43) returning id')).toBe('2');
    expect(await as('hr', 'select pay()')).toBe('42');
    expect(await as('reader', 'select text from notes')).toBe('x');
    expect(await as('pad', 'select text from seen')).toBe('x');
    expect(await server.sql('pad', "select typowner::regrole from pg_type where typname = 'grade'")).toBe('hr');
    expect(await server.sql('pad', 'select text from secrets')).toBe('s');
    await expect(as('hr', 'select * from secrets')).rejects.toThrow(/denied/u);
    expect(await server.sql('postgres', "select count(*) from pg_roles where rolname like 'vigie_load_%'")).toBe('0');
  });

  it('asks the live database first whose something is', async () => {
    const dump = await whole(server.databases.dump('pad'));
    await server.sql('pad', 'alter table more owner to hr; alter table salaries owner to boss');
    await load(dump);
    expect(await widened()).toEqual([]);
    await swap();
    expect(await owners()).toBe(
      'hr.notes hr, public.more hr, public.notes pad, public.salaries pad_vigie_owner, public.secrets pad_vigie_owner',
    );
  });

  it('asks the dump for what the live database has no more', async () => {
    const dump = await whole(server.databases.dump('pad'));
    await server.sql('pad', 'drop table salaries cascade; drop function pay');
    await load(dump);
    await swap();
    await expect(as('pad', 'select * from salaries')).rejects.toThrow(/denied/u);
    expect(await as('hr', 'select amount from salaries')).toBe('42');
  });

  it('makes an owner who is gone again, without a way in', async () => {
    await server.sql('postgres', 'create role leaver login');
    await server.sql('pad', 'grant all on schema public to leaver; set role leaver; create table mine (id int)');
    const dump = await whole(server.databases.dump('pad'));
    await server.sql('pad', 'drop owned by leaver; drop role leaver');
    await load(dump);
    await swap();
    expect(await server.sql('pad', "select tableowner from pg_tables where tablename = 'mine'")).toBe('leaver');
    expect(await server.sql('postgres', "select rolcanlogin from pg_roles where rolname = 'leaver'")).toBe('f');
    await server.sql('pad', 'drop table mine; drop role leaver');
  });

  it('says who could read more: tables, columns, and what a membership brings', async () => {
    const dump = await whole(server.databases.dump('pad'));
    await server.sql('pad', 'revoke select on notes from reader');
    await load(dump);
    expect(await widened()).toEqual(['reader: public.notes']);
    await server.sql('pad', 'grant select (id) on notes to reader');
    expect(await widened()).toEqual(['reader: public.notes']);
    await server.sql('pad', 'grant select on notes to reader');
    expect(await widened()).toEqual([]);
    await server.sql('pad', 'revoke select on notes from reader');
    await server.sql(NEW, 'revoke select on notes from reader; grant select (text) on notes to public');
    expect(await widened()).toEqual(['hr: public.notes.text', 'reader: public.notes.text']);
  });
});

describe('a MariaDB whose databases several people share', () => {
  let server: PlainServer;
  beforeAll(async () => {
    server = await startPlainServer('mariadb');
    await server.sql(
      'mysql',
      `create or replace user eve identified by 'eve'; create or replace user pad identified by 'pad'; grant all on pad.* to pad; grant select on \`test%\`.* to eve; create database archive; create table archive.notes (id int); grant select on archive.notes to eve;`,
    );
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    await resetMariadb(server);
    await server.sql('mysql', 'drop database if exists tests; drop database if exists archive; drop database if exists quiet');
  });

  it('says who could read a copy under a new name that couldn’t read the database', async () => {
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, server.databases.dump('pad'));
    const into = (place: string): Promise<readonly string[]> => server.databases.widened('pad', { fresh: NEW, kept: OLD, place });
    expect(await into('tests')).toEqual(['eve@%: tests']);
    expect(await into('archive')).toEqual(['eve@%: archive.notes']);
    expect(await into('quiet')).toEqual([]);
    expect(await server.databases.widened('pad', { fresh: NEW, kept: OLD })).toEqual([]);
  });

  it('runs a view in the name of whom it ran before, so that it shows nobody more', async () => {
    await server.sql('pad', 'create table salaries (amount int); insert into salaries values (42)');
    await server.sql('mysql', 'grant select on pad.salaries to eve');
    await server.sql('pad', "create definer = eve@'%' view peek as select * from salaries; create definer = pad@'%' view own as select * from notes"); // prettier-ignore
    await server.sql('mysql', 'grant select on pad.peek to eve; grant select on pad.own to eve');
    const asEve = (view: string): Promise<string> => server.sh('exec mariadb --no-defaults -N -h 127.0.0.1 -ueve -peve pad', `select count(*) from ${view}`); // prettier-ignore
    const dump = await whole(server.databases.dump('pad'));
    await server.sql('mysql', 'revoke select on pad.salaries from eve');
    await expect(asEve('peek')).rejects.toThrow(/denied|invalid/u);
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(dump));
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    await expect(asEve('peek')).rejects.toThrow(/denied|invalid/u);
    expect(await asEve('own')).toBe('100');
    for (const copy of [OLD, 'pad']) await expect(asEve(`${copy}.salaries`)).rejects.toThrow(/denied/u);
    expect(await server.sql('mysql', "select count(*) from db where db like '%vigie\\\\_old%'")).toBe('0');
    expect(
      await server.sql('mysql', "select definer from information_schema.views where table_schema = 'pad' and table_name = 'own'"),
    ).toBe('pad@%');
    expect(await server.sql('pad', 'select * from salaries')).toBe('42');
  });
});
