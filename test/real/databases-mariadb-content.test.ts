import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { given, whole } from '#test/contract/databases.contract.ts';
import { configured, type RealServer, startServer } from './database-lab.ts';
import { resetMariadb } from './databases-mariadb.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';
const SERVICE = 'mariadb-content';

/** All that a database may hold beside rows; views before those that they need, by their names. */
const RICH = `create table notes (id int auto_increment primary key, text longtext not null);
insert into notes (text) select concat('Ça, c’est l’été n° ', seq, ' \\\\ ''"') from seq_1_to_1000;
insert into notes (text) values (repeat('großer Brocken ', 100000));
create table comments (id int auto_increment primary key, note int not null, constraint of_note foreign key (note) references notes (id));
insert into comments (note) select seq from seq_1_to_10;
create table bytes (id int primary key, content longblob);
insert into bytes values (1, 0x00ff5c0a0d270a);
create function total() returns int reads sql data return (select count(*) from notes);
create view b_counted as select total() as total;
create view a_of_b as select total + 1 as more from b_counted;
create sequence numbers;
delimiter //
create trigger shouts before insert on notes for each row begin set new.text = upper(new.text); end//
create trigger twice before insert on notes for each row follows shouts begin set new.text = concat(new.text, '!'); end//
create procedure sweep() begin
-- delimiter ;
delete from comments; end//
create event sweeps on schedule every 1 day do call sweep()//
delimiter ;`;

/** A table that keeps what it held before. */
const VERSIONED = `create table prices (id int primary key, price int) with system versioning; insert into prices values (1, 10), (2, 20); update prices set price = price + 1; delete from prices where id = 2;
create table unused (id int primary key) with system versioning;`;
/** One that tells by transactions when. */
const COUNTING = `create table paid (a int, s bigint unsigned generated always as row start, e bigint unsigned generated always as row end, period for system_time (s, e)) with system versioning; insert into paid (a) values (1), (2);`;

describe('a MariaDB whose dump', () => {
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured('mariadb', { server: { kind: 'service', name: SERVICE } })];
    server = await startServer({ engine: 'mariadb', service: SERVICE, node: 'pica02', way: 'ssh', databases });
    await server.sql('mysql', "create user app@localhost identified by 'app'; grant all on pad.* to app@localhost");
  });
  afterAll(() => server?.close());
  beforeEach(() => resetMariadb(server, RICH));

  const load = async (dump: Uint8Array): Promise<void> => {
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(dump));
  };
  const asApp = (sql: string): Promise<string> =>
    server.sh('exec mariadb --no-defaults --default-character-set=utf8mb4 -N -uapp -papp -S /run/mysqld/mysqld.sock pad', sql);

  const expectWhole = async (): Promise<void> => {
    expect(await asApp('select text from notes where id = 7')).toBe(`Ça, c’est l’été n° 7 \\\\ '"`);
    expect(await asApp('select max(length(text)) from notes')).toBe('1600000');
    expect(await asApp('select hex(content) from bytes')).toBe('00FF5C0A0D270A');
    expect(await asApp('select more from a_of_b')).toBe('1002');
    expect(await asApp("insert into notes (text) values ('quiet'); select text from notes order by id desc limit 1")).toBe('QUIET!');
    expect(await asApp('select total()')).toBe('1002');
    await expect(asApp('insert into comments (note) values (99999)')).rejects.toThrow(/foreign key/u);
    expect(await asApp('select nextval(numbers)')).toMatch(/^\d+$/u);
    expect(await asApp('select event_name from information_schema.events')).toBe('sweeps');
    expect(await asApp('call sweep(); select count(*) from comments')).toBe('0');
  };

  it('holds everything brings everything back, and gives it back again', async () => {
    const before = await server.databases.look('pad');
    await load(await whole(server.databases.dump('pad')));
    expect((await server.databases.look('pad', NEW)).tables).toEqual(before.tables);
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    expect((await server.databases.look('pad', OLD)).tables).toEqual(before.tables);
    await expectWhole();
    expect(await server.sql('mysql', "select count(*) from global_priv where user like 'vigie_load_%'")).toBe('0');
    const definers =
      "select distinct definer from information_schema.triggers where trigger_schema = 'pad' union select definer from information_schema.views where table_schema = 'pad'";
    expect(await server.sql('mysql', definers)).toBe('pad_vigie_owner@localhost');
    await server.databases.swap('pad', { fresh: OLD, kept: NEW });
    await expectWhole();
    expect(await server.sql('mysql', definers)).toBe('root@localhost');
  });

  it('holds the history of its tables brings it back', async () => {
    await resetMariadb(server, VERSIONED);
    const dump = await whole(server.databases.dump('pad'));
    expect(await server.databases.inspect('pad', given(dump))).toEqual([]);
    const before = await server.databases.catalogue('pad');
    expect(before).toMatchObject({ 'history of table prices': '3', 'history of table unused': '0' });
    await load(dump);
    expect(await server.databases.catalogue('pad', NEW)).toEqual(before);
  });

  it('is of a client that knows no history says whose is missing', async () => {
    await resetMariadb(server, VERSIONED);
    const older = await server.sh(
      'exec mariadb-dump --no-defaults -uroot -p"$MARIADB_ROOT_PASSWORD" -S /run/mysqld/mysqld.sock --single-transaction pad',
      '',
    );
    expect(await server.databases.inspect('pad', given(Buffer.from(older)))).toEqual(['history of table prices']);
  });

  it('can hold no history, for one table that counts transactions, is made all the same, and says so', async () => {
    await resetMariadb(server, `${VERSIONED}\n${COUNTING}`);
    const dump = await whole(server.databases.dump('pad'));
    expect(await server.databases.inspect('pad', given(dump))).toEqual(['history of table paid', 'history of table prices']);
    const { tables } = await server.databases.look('pad');
    await load(dump);
    expect((await server.databases.look('pad', NEW)).tables).toEqual(tables);
  });

  it.each([
    ["uses its client's commands", String.raw`\! touch /tmp/owned` + '\nsystem touch /tmp/owned\n'],
    ['writes a file of the server', "select 1 into outfile '/tmp/owned';"],
    ['reads a file of the client', "create table t (x text); load data local infile '/etc/passwd' into table t;"],
    ['writes to the live database', 'delete from pad.comments;'],
    ['drops the live database', 'drop database pad;'],
    ['makes an account of might', 'create user owned; grant all on *.* to owned;'],
    ['makes a view in the name of root', 'create  definer = root@localhost view owned as select 1;'],
    ["changes the server's settings", 'set global max_connections = 7;'],
  ])('%s is refused', async (_, sql) => {
    const dump = await whole(server.databases.dump('pad'));
    const [first = '', ...rest] = dump.toString('latin1').split('\n');
    await server.databases.create('pad', NEW);
    const forged = Buffer.from([first, sql, ...rest].join('\n'), 'latin1');
    const unmarked = Buffer.from([sql, ...rest].join('\n'), 'latin1');
    for (const each of [forged, unmarked]) {
      await expect(server.databases.load('pad', NEW, given(each))).rejects.toMatchObject({ code: 'import_failed' });
      await server.databases.drop('pad', NEW);
      await server.databases.create('pad', NEW);
    }
    expect(await server.sh('ls /tmp/owned 2> /dev/null || echo none')).toBe('none');
    expect(await server.sql('mysql', "select count(*) from global_priv where user in ('owned')")).toBe('0');
    expect((await server.databases.look('pad')).tables).toContainEqual({ name: 'comments', rows: 10 });
  });
});
