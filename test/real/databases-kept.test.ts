import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { whole, given } from '#test/contract/databases.contract.ts';
import { configured, type RealServer, startServer } from './database-lab.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { resetPostgres } from './databases-postgres.ts';
import { until } from './swarm.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';
const UNDONE = 'pad_vigie_undone_p7k';

describe('what a MariaDB keeps of a restore', () => {
  const service = 'mariadb-kept';
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured('mariadb', { server: { kind: 'service', name: service } })];
    server = await startServer({ engine: 'mariadb', service, node: 'pica01', way: 'socket', databases });
    await server.sql('mysql', 'set global event_scheduler = on');
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    await server.sql('mysql', 'drop database if exists other');
    await resetMariadb(
      server,
      `create table notes (id int primary key, text text); insert into notes values (1, 'x'), (2, 'y');
create table log (text text);
create trigger logs before insert on notes for each row insert into log values (new.text);
create view seen as select * from notes;`,
    );
  });

  const count = async (database: string): Promise<string> => await server.sql(database, 'select count(*) from notes');
  const load = async (dump: Uint8Array): Promise<void> => {
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(dump));
  };
  const swap = async (): Promise<void> => void (await server.databases.swap('pad', { fresh: NEW, kept: OLD }));
  const undo = async (): Promise<void> => void (await server.databases.swap('pad', { fresh: OLD, kept: UNDONE }));
  const events = async (): Promise<string> => await server.sql('mysql', "select event_schema, event_name, status from information_schema.events where event_schema like 'pad%' order by 1, 2"); // prettier-ignore

  it('runs no events: neither in what is loaded beside, nor in what is kept; they come back with it', async () => {
    await server.sql('pad', 'create event sweeps on schedule every 1 second do delete from notes where id > 10; create event rests on schedule every 1 day disable do delete from notes'); // prettier-ignore
    const dump = await whole(server.databases.dump('pad'));
    await server.sql('pad', 'alter event sweeps do delete from notes; insert into notes values (3, 0)');
    await until('the event', async () => (await count('pad')) === '0');
    await server.sql('pad', "alter event sweeps disable; insert into notes values (4, 'z'); alter event sweeps enable do delete from notes where id = 99"); // prettier-ignore
    await load(dump);
    await server.sql(NEW, "insert into notes values (11, 'later')");
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await count(NEW)).toBe('3');
    await swap();
    expect(await events()).toBe('pad\trests\tDISABLED\npad\tsweeps\tENABLED');
    await until('the event in its place', async () => (await count('pad')) === '2');
    await server.sql(OLD, "insert into notes values (99, 'kept')");
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await count(OLD)).toBe('2');
    await undo();
    expect(await events()).toBe('pad\trests\tDISABLED\npad\tsweeps\tENABLED');
    expect(await server.sql('pad', 'show create event sweeps')).toContain('id = 99');
  });

  it('has no triggers, which come back with it', async () => {
    await load(await whole(server.databases.dump('pad')));
    await swap();
    await server.sql(OLD, "insert into notes values (5, 'quiet')");
    expect(await server.sql(OLD, 'select count(*) from log')).toBe('0');
    expect((await server.databases.look('pad', OLD)).tables).toEqual([
      { name: 'log', rows: 0 },
      { name: 'notes', rows: 3 },
    ]);
    expect(await server.sql(OLD, 'select count(*) from seen')).toBe('3');
    await undo();
    await server.sql('pad', "insert into notes values (6, 'loud')");
    expect(await server.sql('pad', 'select text from log')).toBe('loud');
    expect(await server.sql('mysql', "select count(*) from information_schema.tables where table_name like '\\_vigie%' and table_schema = 'pad'")).toBe('0'); // prettier-ignore
  });

  it('has no view that was broken already: it is named when it comes back, with what makes it', async () => {
    await server.sql('pad', "create table days (id int primary key); create view today as select id, 'geheim' as of_whom from days; create view over_it as select id from today"); // prettier-ignore
    const dump = await whole(server.databases.dump('pad'));
    await server.sql('pad', 'drop table days');
    await load(dump);
    await swap();
    expect(await server.sql('pad', 'select count(*) from over_it')).toBe('0');
    const unmade = await server.databases.swap('pad', { fresh: OLD, kept: UNDONE });
    expect(unmade.names.toSorted()).toEqual(['view over_it', 'view today']);
    expect(unmade.statements?.shown).toMatch(/VIEW `today` AS select [^;]*'…' AS `of_whom`/u);
    expect(unmade.statements?.shown).not.toContain('geheim');
    expect(server.reports.kept.at(-1)).toContain('geheim');
    expect(await server.sql('pad', 'select count(*) from seen')).toBe('2');
  });

  it('is pointed at by no table of another database, and points at none', async () => {
    await server.sql('mysql', 'create database other');
    await server.sql('other', 'create table parents (id int primary key); insert into parents values (1); create table comments (note int, constraint of_note foreign key (note) references pad.notes (id) on delete cascade); insert into comments values (1)'); // prettier-ignore
    await load(await whole(server.databases.dump('pad')));
    await server.sql('pad', 'create table children (parent int, constraint of_parent foreign key (parent) references other.parents (id)); insert into children values (1)'); // prettier-ignore
    await server.sql('pad', "insert into notes values (7, 'only in what is kept')");
    await swap();
    await expect(server.sql('other', 'insert into comments values (7)')).rejects.toThrow(/foreign key constraint fails/u);
    await server.sql('other', 'insert into comments values (2)');
    await server.sql('pad', 'delete from notes where id = 2');
    expect(await server.sql('other', 'select note from comments')).toBe('1');
    // What is kept holds nobody up.
    await server.sql('other', 'delete from parents');
    await undo();
    await server.sql('other', 'insert into comments values (7)');
    await expect(server.sql('pad', 'insert into children values (5)')).rejects.toThrow(/foreign key constraint fails/u);
    await server.databases.drop('pad', UNDONE);
    expect(await server.databases.databases('pad')).not.toContain(UNDONE);
  });
});

describe('what a PostgreSQL keeps of a restore', () => {
  const service = 'postgres-kept';
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured('postgres', { server: { kind: 'service', name: service } })];
    server = await startServer({ engine: 'postgres', service, node: 'pica01', way: 'socket', databases });
    await server.sql('postgres', 'alter system set wal_level = logical');
    await server.sh('kill -INT 1');
    await until('the server to go', async () => await server.sh('true').then(() => false, () => true)); // prettier-ignore
    await server.answers();
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    await server.sql('postgres', 'select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active');
    await resetPostgres(server);
  });

  const load = async (dump: Uint8Array): Promise<void> => {
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(dump));
  };
  const swap = async (): Promise<void> => void (await server.databases.swap('pad', { fresh: NEW, kept: OLD }));
  const undo = async (): Promise<void> => void (await server.databases.swap('pad', { fresh: OLD, kept: UNDONE }));
  const slots = async (): Promise<string> => await server.sql('postgres', "select slot_name || ' ' || plugin || ' ' || database from pg_replication_slots order by 1"); // prettier-ignore

  it('lets nobody in but superusers, until it comes back', async () => {
    await server.sql('postgres', 'alter database pad connection limit 7');
    await load(await whole(server.databases.dump('pad')));
    await swap();
    const limits = async (): Promise<string> => await server.sql('postgres', "select string_agg(datname || ' ' || datconnlimit, ', ' order by datname) from pg_database where datname like 'pad%'"); // prettier-ignore
    expect(await limits()).toBe(`pad 7, ${OLD} 0`);
    expect((await server.databases.look('pad', OLD)).tables).toHaveLength(2);
    await expect(server.sh(`exec psql -U pad -d ${OLD} -c 'select 1'`)).rejects.toThrow(/too many connections/u);
    await undo();
    expect(await limits()).toBe(`pad 7, ${UNDONE} 0`);
    expect(await server.sh(`exec psql -U pad -A -t -d pad -c 'select 1'`)).toBe('1');
  });

  it('is asked beforehand who reads from it, and what it reads from others', async () => {
    expect(await server.databases.replication('pad')).toEqual({ slots: [], subscriptions: [] });
    await server.sql('pad', "select pg_create_logical_replication_slot('feed', 'pgoutput')");
    await server.sql('pad', "create subscription far connection 'host=127.0.0.1 port=1 dbname=x' publication p with (connect = false, slot_name = far_slot)"); // prettier-ignore
    expect(await server.databases.replication('pad')).toEqual({
      slots: [{ name: 'feed', active: false, keptBytes: expect.any(Number) }],
      subscriptions: [{ name: 'far', slot: 'far_slot' }],
    });
    await server.sql('pad', 'alter subscription far set (slot_name = none)');
    await server.sql('pad', 'drop subscription far');
  });

  it('holds no replication slot, which would keep the server’s log: it is made anew where its reader looks for it', async () => {
    await server.sql('pad', "select pg_create_logical_replication_slot('feed', 'pgoutput')");
    await load(await whole(server.databases.dump('pad')));
    await swap();
    expect(await slots()).toBe('feed pgoutput pad');
    await undo();
    expect(await slots()).toBe('feed pgoutput pad');
    expect(await server.databases.drop('pad', UNDONE)).toBe(true);
    expect(await server.sql('postgres', "select count(*) from pg_db_role_setting where setconfig::text like '%vigie%' and setdatabase = (select oid from pg_database where datname = 'pad')")).toBe('0'); // prettier-ignore
  });

  it('subscribes to nothing, until it comes back; and can be dropped', async () => {
    await server.sql('postgres', 'drop database if exists source');
    await server.sql('postgres', 'create database source');
    await server.sql('source', 'create table people (id serial primary key, name text not null); create publication p for table people');
    const dump = await whole(server.databases.dump('pad'));
    await server.sql('source', "select pg_create_logical_replication_slot('sub', 'pgoutput')");
    await server.sql('pad', "create subscription sub connection 'dbname=source' publication p with (create_slot = false, slot_name = 'sub', copy_data = false)"); // prettier-ignore
    await load(dump);
    await swap();
    await server.sql('source', "insert into people values (99, 'later')");
    const enabled = async (): Promise<string> => await server.sql('postgres', 'select string_agg(datname || subenabled, $$,$$ order by 1) from pg_subscription join pg_database d on d.oid = subdbid'); // prettier-ignore
    expect(await enabled()).toBe(`${OLD}false`);
    expect(await server.sql(OLD, 'select count(*) from people where id = 99')).toBe('0');
    await undo();
    expect(await enabled()).toBe('padtrue');
    await until('the row', async () => (await server.sql('pad', 'select count(*) from people where id = 99')) === '1');
    await load(dump);
    await swap();
    expect(await server.databases.drop('pad', OLD)).toBe(true);
    expect(await enabled()).toBe('');
  });
});
