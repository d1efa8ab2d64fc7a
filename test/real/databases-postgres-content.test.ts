import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { given, whole } from '#test/contract/databases.contract.ts';
import { configured, type RealServer, startServer } from './database-lab.ts';
import { resetPostgres } from './databases-postgres.ts';
import { until } from './swarm.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';
const SERVICE = 'postgres-content';
/** A comment that a dump holds word for word: what an attacker writes in its place has to be as long. */
const ROOM = 'x'.repeat(400);

/** All that a database may hold beside rows. */
const RICH = `create extension pgcrypto;
create table notes (id serial primary key, text text not null, at timestamptz default now());
insert into notes (text) select 'Ça, c’est l’été n° ' || i || E' \\\\ \\t ''"' from generate_series(1, 1000) i;
insert into notes (text) values (repeat('großer Brocken ', 400000));
create function shout() returns trigger language plpgsql as 'begin new.text := upper(new.text); return new; end';
create trigger shouts before insert on notes for each row execute function shout();
create function total() returns bigint language sql security definer as 'select count(*) from public.notes';
create view counted as select total() as total;
create materialized view long_ones as select * from notes where length(text) > 1000;
create table bytes (id int primary key, content bytea);
insert into bytes values (1, decode('00ff5c0a0d', 'hex'));
grant select on notes to reader;
select lo_from_bytea(4711, 'a large object');
comment on table notes is '${ROOM}';`;

describe('a PostgreSQL whose dump', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({
      engine: 'postgres',
      service: SERVICE,
      node: 'pica02',
      way: 'socket',
      databases: [configured('postgres', { server: { kind: 'service', name: SERVICE } })],
    });
    await server.sql('postgres', 'create role reader; create role pad login;');
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    await resetPostgres(server, '');
    await server.sql('postgres', 'alter database pad set work_mem = "8MB"; alter database pad set search_path = "$user", public; revoke connect on database pad from public; grant connect on database pad to pad, reader; grant create on database pad to pad;'); // prettier-ignore
    await server.sql('pad', `create extension pg_stat_statements; set role pad; ${RICH}`);
  });

  const load = async (dump: Uint8Array): Promise<void> => {
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(dump));
  };

  it('holds everything brings everything back', async () => {
    const before = await server.databases.look('pad');
    await load(await whole(server.databases.dump('pad')));
    expect((await server.databases.look('pad', NEW)).tables).toEqual(before.tables);
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    expect((await server.databases.look('pad')).tables).toEqual(before.tables);
    const ask = (sql: string): Promise<string> => server.sql('pad', sql);
    expect(await ask(`select text from notes where id = 7`)).toBe(`Ça, c’est l’été n° 7 \\ \t '"`);
    expect(await ask(`select length(text) from notes where id = 1001`)).toBe('6000000');
    expect(await ask(`set role pad; insert into notes (text) values ('quiet') returning text`)).toBe('QUIET');
    expect(await ask(`set role pad; select total from counted`)).toBe('1002');
    expect(await ask(`set role reader; select count(*) from notes`)).toBe('1002');
    expect(await ask(`select encode(content, 'hex') from bytes`)).toBe('00ff5c0a0d');
    expect(await ask(`select convert_from(lo_get(4711), 'UTF8')`)).toBe('a large object');
    expect(await ask(`select string_agg(distinct tableowner, ',') from pg_tables where schemaname = 'public'`)).toBe('pad');
    expect(await ask(`show work_mem`)).toBe('8MB');
    expect(await ask(`select has_database_privilege('public', 'pad', 'connect'), has_database_privilege('reader', 'pad', 'connect')`)).toBe(
      'f|t',
    );
    expect(await ask(`select count(*) from pg_roles where rolname like 'vigie_load_%'`)).toBe('0');
  });

  /** The dump with other SQL where its comment stood. */
  const forged = async (sql: string): Promise<Buffer> => {
    const dump = await whole(server.databases.dump('pad'));
    const statement = `COMMENT ON TABLE public.notes IS '${ROOM}';`;
    const at = dump.indexOf(statement);
    expect(at).toBeGreaterThan(0);
    Buffer.from(sql.padEnd(statement.length, ' ')).copy(dump, at);
    return dump;
  };

  it.each([
    ['runs a program', "copy (select 1) to program 'touch /tmp/owned';"],
    ['writes a file of the server', "copy (select 1) to '/tmp/owned';"],
    ['becomes the superuser again', 'reset session authorization; reset role; create role owned superuser;'],
    ['makes a role of might', 'create role owned superuser;'],
    ['leaves its transaction and renames the live database', 'commit; alter database pad rename to owned;'],
    ['leaves its transaction and drops the live database', 'commit; drop database pad;'],
    ['changes the settings of the live database', 'alter database pad set work_mem = "1MB";'],
    ["changes the server's settings", "alter system set work_mem = '1MB';"],
    ['takes an extension that reads files', 'create extension file_fdw;'],
    ["uses psql's commands", String.raw`\! touch /tmp/owned`],
  ])('%s is refused', async (_, sql) => {
    const dump = await forged(sql);
    await server.databases.create('pad', NEW);
    await expect(server.databases.load('pad', NEW, given(dump))).rejects.toMatchObject({ code: 'import_failed' });
    expect(await server.sh('ls /tmp/owned 2> /dev/null || echo none')).toBe('none');
    expect(await server.sql('postgres', `select count(*) from pg_roles where rolname = 'owned' or rolname like 'vigie_load_%'`)).toBe('0');
    expect(await server.sql('pad', 'show work_mem')).toBe('8MB');
    expect((await server.databases.look('pad')).tables).toContainEqual({ name: 'public.notes', rows: 1001 });
  });

  it('makes a function of its own in the name of who calls it comes to nobody of might', async () => {
    await load(await forged('create function public.owned() returns text language sql security definer as \'select rolpassword from pg_authid limit 1\';')); // prettier-ignore
    expect(await server.sql(NEW, `select bool_or(rolsuper) from pg_proc p join pg_roles r on r.oid = proowner where pronamespace = 'public'::regnamespace and probin is null`)).toBe('f'); // prettier-ignore
    await expect(server.sql(NEW, 'set role reader; select public.owned()')).rejects.toThrow(/permission denied/u);
  });

  it('is of a newer pg_dump is refused by the client of the server', async () => {
    const dump = await whole(server.databases.dump('pad'));
    dump.writeUInt8(99, 'PGDMP'.length + 1);
    await server.databases.create('pad', NEW);
    await expect(server.databases.load('pad', NEW, given(dump))).rejects.toMatchObject({
      code: 'import_failed',
      params: { reason: expect.stringContaining('unsupported version (1.99)') },
    });
  });

  it('is swapped in under a writer that never stops gets it all, and loses nothing of what was kept', async () => {
    await load(await whole(server.databases.dump('pad')));
    const writer = server.sh(`touch /tmp/write; while [ -e /tmp/write ]; do psql -q -d pad -c "insert into notes (text) values ('w')" 2> /dev/null && echo written; done`); // prettier-ignore
    await until('the writer', async () => Number(await server.sql('pad', 'select count(*) from notes')) > 1002);
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    await until('the writer again', async () => Number(await server.sql('pad', 'select count(*) from notes')) > 1002);
    await server.sh('rm /tmp/write');
    const written = (await writer).split('\n').length;
    const counted = await Promise.all(['pad', OLD].map(async (name) => Number(await server.sql(name, 'select count(*) from notes'))));
    expect(counted.reduce((sum, rows) => sum + rows, 0)).toBe(2 * 1001 + written);
  });
});
