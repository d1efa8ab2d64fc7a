import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { given, whole } from '#test/contract/databases.contract.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { resetPostgres } from './databases-postgres.ts';
import { type PlainServer, startPlainServer } from './plain-server.ts';
import { until } from './swarm.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';

describe('a PostgreSQL that its own client can dump', () => {
  let server: PlainServer;
  beforeAll(async () => {
    server = await startPlainServer('postgres');
  });
  afterAll(() => server?.close());
  beforeEach(() => resetPostgres(server));

  const through = async (): Promise<void> => {
    const before = await server.databases.look('pad');
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(await whole(server.databases.dump('pad'))));
    expect((await server.databases.look('pad', NEW)).tables).toEqual(before.tables);
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
  };

  it('is counted and restored where an index computes with names that have no schema', async () => {
    await server.sql('pad', 'create extension cube; create extension earthdistance; create table places (id int, lat float8, lon float8); insert into places values (1, 48, 2), (2, 43, 5); create index near on places using gist (ll_to_earth(lat, lon))'); // prettier-ignore
    await through();
    expect((await server.databases.look('pad')).tables).toContainEqual({ name: 'public.places', rows: 2 });
    expect(await server.sql('pad', "select indexdef from pg_indexes where indexname = 'near'")).toContain('ll_to_earth');
  });

  it('is counted and restored where a generated column does', async () => {
    await server.sql('pad', `create extension unaccent; create function plain(x text) returns text language sql immutable as 'select unaccent(x)'; create table words (word text, simple text generated always as (public.plain(word)) stored); insert into words values ('été'); create index on words (plain(word))`); // prettier-ignore
    await through();
    expect(await server.sql('pad', 'select simple from words')).toBe('ete');
  });

  it('runs nobody’s code with vigie’s rights where it is counted', async () => {
    await server.sql('postgres', 'drop table if exists owned; create table owned (who text)');
    await server.sql('pad', `set role pad; create function sly(x int) returns int language plpgsql immutable as $$ begin perform set_config('vigie.owned', current_user, false); perform pg_catalog.pg_advisory_lock(4711); return x; end $$; create table traps (id int); insert into traps values (1), (2), (3); create index on traps ((id + sly(1)))`); // prettier-ignore
    const held = server.sh(`psql -q -d pad -c 'select pg_advisory_lock(4711)' -c 'select pg_sleep(8)'`);
    await until('the lock', async () => (await server.sql('pad', "select count(*) from pg_locks where locktype = 'advisory' and granted")) === '1'); // prettier-ignore
    const started = Date.now();
    expect((await server.databases.look('pad')).tables).toContainEqual({ name: 'public.traps', rows: 3 });
    expect(Date.now() - started).toBeLessThan(6_000);
    await held;
  });

  it('is counted and dumped whatever limits its owner has set', async () => {
    await server.sql('postgres', "alter database pad set statement_timeout = '1ms'; alter role postgres set statement_timeout = '1ms'; alter role pad set statement_timeout = '1ms'"); // prettier-ignore
    try {
      await through();
    } finally {
      await server.sql('postgres', 'set statement_timeout = 0; alter role postgres reset all; alter role pad reset all');
    }
  });

  it('says which table somebody holds, and who', async () => {
    const holder = server.sh(`psql -q -d pad -c 'begin' -c 'lock table people' -c 'select pg_sleep(30)' > /dev/null`).catch(() => 'ended');
    await until('the lock', async () => (await server.sql('pad', "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and granted and relation = 'people'::regclass")) === '1'); // prettier-ignore
    await expect(server.databases.look('pad')).rejects.toMatchObject({
      code: 'database_refused',
      params: {
        reason: expect.stringMatching(/^ERROR: canceling statement due to lock timeout.*: held is public\.people by process \d+$/u),
      },
    });
    await server.sql('postgres', "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(30)%' and pid <> pg_backend_pid()"); // prettier-ignore
    await holder;
  });
});

describe('a MariaDB that its own client can dump', () => {
  let server: PlainServer;
  beforeAll(async () => {
    server = await startPlainServer('mariadb');
  });
  afterAll(() => server?.close());
  beforeEach(() => resetMariadb(server));

  it('is counted, dumped and restored whatever limit somebody has set', async () => {
    await server.sql('pad', 'insert into notes (text) select repeat(seq, 200) from seq_1_to_30000; set global max_statement_time = 0.001');
    try {
      const before = await server.databases.look('pad');
      await server.databases.create('pad', NEW);
      await server.databases.load('pad', NEW, given(await whole(server.databases.dump('pad'))));
      expect((await server.databases.look('pad', NEW)).tables).toEqual(before.tables);
      await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    } finally {
      await server.sql('mysql', 'set session max_statement_time = 0; set global max_statement_time = 0');
    }
  });

  it('says which table somebody holds', async () => {
    const holder = server.sql('pad', 'lock tables people write; select sleep(95)').catch(() => 'ended');
    await until('the lock', async () => (await server.sql('mysql', "select count(*) from information_schema.processlist where info like 'select sleep%'")) === '1'); // prettier-ignore
    // At the same time: each waits as long as it would by itself.
    await Promise.all([
      expect(server.databases.look('pad')).rejects.toMatchObject({
        code: 'database_refused',
        params: { reason: expect.stringMatching(/^ERROR 1205 \(HY000\).*\(pad\.people\)$/u) },
      }),
      expect(whole(server.databases.dump('pad'))).rejects.toMatchObject({
        code: 'dump_failed',
        params: { reason: expect.stringMatching(/\(pad\.people\)$/u) },
      }),
    ]);
    const ids = await server.sql('mysql', "select group_concat(concat('kill ', id) separator '; ') from information_schema.processlist where info like 'select sleep%'"); // prettier-ignore
    await server.sql('mysql', ids);
    await holder;
  });

  it('comes back with what was made under ANSI_QUOTES', async () => {
    await server.sql('pad', `set sql_mode = 'ANSI_QUOTES'; create function "total" () returns int reads sql data return (select count(*) from "notes"); create procedure "sweep" () delete from "notes" where "id" > 1000; create trigger "quiet" before insert on "notes" for each row set new."text" = lower(new."text"); create view "seen" as select "id" from "notes"`); // prettier-ignore
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(await whole(server.databases.dump('pad'))));
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    expect(await server.sql('pad', "call sweep(); insert into notes (text) values ('LOUD'); select total(), (select count(*) from seen), (select text from notes order by id desc limit 1)")).toBe('101\t101\tloud'); // prettier-ignore
    const owner = "select distinct definer from information_schema.routines where routine_schema = 'pad' union select distinct definer from information_schema.triggers where trigger_schema = 'pad'"; // prettier-ignore
    expect(await server.sql('mysql', owner)).toBe('pad_vigie_owner@localhost');
    await server.databases.swap('pad', { fresh: OLD, kept: NEW });
    expect(await server.sql('pad', 'select total()')).toBe('100');
  });
});
