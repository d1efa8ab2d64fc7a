import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SECRET, sealWith } from '#adapters/databases/mariadb/seal.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import { type SchemaServer, startSchemaServer } from '#test/schemas/server.ts';

const NEW = 'pad_vigie_new_p7k';

/** A dump in which somebody put other words of the same length: lengths stand in an archive. */
function forged(dump: Buffer, words: string, others: string): Buffer {
  const at = dump.indexOf(words);
  if (at < 0) throw new Error(`no ${words} in it`);
  if (others.length > words.length) throw new Error(`${others} is too long`);
  return Buffer.concat([dump.subarray(0, at), Buffer.from(others.padEnd(words.length)), dump.subarray(at + words.length)]);
}

describe('what vigie’s own hand makes of a forged PostgreSQL dump', () => {
  let server: SchemaServer;
  beforeAll(async () => {
    server = await startSchemaServer('postgres');
  });
  afterAll(() => server?.close());
  beforeEach(() => server.reset());

  const dumped = async (sql: string): Promise<Buffer> => {
    await server.script(sql);
    return await whole(server.databases.dump('pad'));
  };
  /** Tries to load it. @returns the error's code; null for none */
  const loaded = async (dump: Buffer): Promise<string | null> => {
    await server.databases.create('pad', NEW);
    try {
      await server.databases.load('pad', NEW, given(dump));
      return null;
    } catch (error) {
      return String((error as { readonly code?: string }).code);
    }
  };
  const superusers = async (): Promise<string> => await server.ask(`select string_agg(rolname, ',') from pg_roles where rolsuper`);

  it('publishes all tables, and runs nothing else in its place', async () => {
    const dump = await dumped('create table t (id int primary key); create publication everything for all tables;');
    const words = `CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = 'insert, update, delete, truncate')`;
    for (const others of [
      'CREATE PUBLICATION everything FOR ALL TABLES; alter role pad superuser;--',
      `CREATE PUBLICATION everything FOR ALL TABLES WITH (publish = ''); alter role pad superuser`,
      'alter role pad superuser',
    ]) {
      expect(await loaded(forged(dump, words, others))).toBe('import_failed');
      expect(await superusers()).toBe('postgres');
      await server.databases.drop('pad', NEW);
    }
    expect(await loaded(dump)).toBeNull();
  });

  it('publishes a schema, and runs nothing else in its place', async () => {
    const dump = await dumped('create table t (id int primary key); create publication every for tables in schema public;');
    const words = 'ALTER PUBLICATION every ADD TABLES IN SCHEMA public';
    expect(await loaded(forged(dump, words, 'alter role pad superuser'))).toBe('import_failed');
    expect(await superusers()).toBe('postgres');
  });

  it('gives rights that were passed on, in nobody’s name who may more, and nothing else', async () => {
    const dump = await dumped(`create role "a giver of long name" login; create role reader login;
create table public.things (id int); alter table things owner to pad; grant select on things to "a giver of long name" with grant option; set role "a giver of long name"; grant select on things to reader;`);
    const [as, words] = ['SET SESSION AUTHORIZATION "a giver of long name";', 'GRANT SELECT ON TABLE public.things TO reader;'];
    for (const other of [
      forged(dump, as, 'SET SESSION AUTHORIZATION postgres;'),
      forged(forged(dump, as, 'SET SESSION AUTHORIZATION postgres;'), words, 'ALTER ROLE pad SUPERUSER;'),
      forged(dump, words, 'ALTER ROLE pad SUPERUSER;'),
      forged(dump, words, 'GRANT postgres TO pad;'),
      forged(dump, words, '\\! touch /tmp/owned'),
    ]) {
      await loaded(other);
      expect(await superusers()).toBe('postgres');
      expect(await server.ask(`select pg_has_role('pad', 'postgres', 'member')`)).toBe('f');
      await server.databases.drop('pad', NEW);
    }
  });

  it('makes no extension that the live database doesn’t have, whatever it is called', async () => {
    const dump = await dumped('create extension postgis; create table t (id int);');
    const other = forged(dump, 'CREATE EXTENSION IF NOT EXISTS postgis', 'CREATE EXTENSION IF NOT EXISTS dblink');
    await loaded(other);
    await server.databases.drop('pad', NEW);
    expect(await superusers()).toBe('postgres');
  });

  it('takes rights on the server’s own things from the live database alone', async () => {
    const dump = await dumped('create role reader; grant execute on function pg_stat_reset() to reader; create table t (id int);');
    const words = 'GRANT ALL ON FUNCTION pg_catalog.pg_stat_reset() TO reader;';
    await loaded(forged(dump, words, 'GRANT ALL ON FUNCTION pg_catalog.pg_ls_waldir() TO pad;'));
    expect(await server.ask(`select has_function_privilege('pad', 'pg_ls_waldir()', 'execute')`, NEW)).toBe('f');
  });
});

describe('what a PostgreSQL says of itself', () => {
  let server: SchemaServer;
  beforeAll(async () => {
    server = await startSchemaServer('postgres');
  });
  afterAll(() => server?.close());
  beforeEach(() => server.reset());

  it.each([
    ['before a restore, of the live database', 'pad'],
    ['while it is loaded, of the new one', NEW],
  ])('is believed of what slept in it only where vigie wrote it: %s', async (_, database) => {
    await server.script('set role pad; create table t (id int primary key);');
    const dump = await whole(server.databases.dump('pad'));
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(dump));
    const slots = [{ name: 'of_eve', plugin: 'pgoutput', twoPhase: false }];
    // Up to PostgreSQL 14 whoever owns a database may set it; later ones ask for a superuser.
    await server.script(`alter database ${database} set vigie.asleep = '${JSON.stringify({ subscriptions: [], slots })}';`);
    await server.databases.swap('pad', { fresh: NEW, kept: 'pad_vigie_old_p7k' });
    expect(await server.ask('select count(*) from pg_replication_slots')).toBe('0');
  });
});

describe('what vigie’s own hand makes of a forged MariaDB dump', () => {
  let server: SchemaServer;
  beforeAll(async () => {
    server = await startSchemaServer('mariadb');
  });
  afterAll(() => server?.close());
  beforeEach(() => server.reset());

  /** As vigie notes it in the new database. */
  const noted = async (text: string): Promise<string> => {
    await server.ask(`create user if not exists vigie_notes@localhost identified by 'geheim' account lock`);
    return sealWith(await server.ask(SECRET)).seal(text, NEW);
  };
  const swapped = async (dump: Buffer): Promise<string> => {
    await server.databases.create('pad', NEW);
    try {
      await server.databases.load('pad', NEW, given(dump));
      await server.databases.swap('pad', { fresh: NEW, kept: 'pad_vigie_old_p7k' });
      return '';
    } catch (error) {
      return String((error as { readonly code?: string }).code);
    }
  };

  it('says again that a column takes a sequence’s next value, and nothing else', async () => {
    await server.script('create sequence ids; create table t (id int default nextval(ids), a int);');
    const dump = await whole(server.databases.dump('pad'));
    const words = 'DEFAULT nextval(`pad`.`ids`)';
    await server.script('create user eve@localhost;');
    await swapped(forged(dump, words, 'DEFAULT (`a`) /* x */'));
    expect(
      await server.ask(
        `select count(*) from mysql.global_priv where user = 'eve' and priv like '%"access":0%' or user = 'eve' and priv not like '%access%'`,
      ),
    ).toBe('1');
  });

  it.each(['_vigie_swap', '_vigie_kept'])('believes no notes of its own that it hasn’t written: %s', async (table) => {
    const statement = 'CREATE USER eve@localhost';
    const object = { kind: 'view', name: 'x', statement, sqlMode: '', charset: 'utf8mb4', collation: 'utf8mb4_general_ci' };
    const notes = { live: [object], fresh: [object], keys: [], comingKeys: [], routineRights: [] };
    const other = table.replace('_vigie', 'zvigie');
    await server.script(
      `create table t (id int); insert into t values (1); create table ${other} (content longtext); insert into ${other} values ('${JSON.stringify(notes)}');`,
    );
    const dump = await whole(server.databases.dump('pad'));
    await swapped(Buffer.from(dump.toString('latin1').replaceAll(other, table), 'latin1'));
    expect(await server.ask(`select count(*) from mysql.global_priv where user = 'eve'`)).toBe('0');
    // Whoever may make tables in the live database may make one of this name.
    await server.reset();
    await server.script(`create table t (id int); insert into t values (1); create table ${table} (content longtext); insert into ${table} values ('${JSON.stringify(notes)}');`); // prettier-ignore
    expect(await server.databases.inspect('pad', given(await whole(server.databases.dump('pad'))))).toEqual([`table ${table}`]);
    expect(await swapped(await whole(server.databases.dump('pad')))).toBe('');
    expect(await server.ask(`select count(*) from mysql.global_priv where user = 'eve'`)).toBe('0');
    expect(await server.ask(`select count(*) from pad.t`)).toBe('1');
  });

  it('gives nothing back by notes that somebody changed, and says what they were for', async () => {
    await server.script('create table t (id int); create trigger tr before insert on t for each row set new.id = 7;');
    const [kept, back] = ['pad_vigie_old_p7k', { fresh: 'pad_vigie_old_p7k', kept: 'pad_vigie_undone_p7m' }];
    expect(await swapped(await whole(server.databases.dump('pad')))).toBe('');
    const written = await server.ask(`select hex(content) from ${kept}._vigie_kept`);
    await server.ask(`update ${kept}._vigie_kept set content = concat(content, ' ')`);
    await expect(server.databases.swap('pad', back)).rejects.toMatchObject({ code: 'database_refused', params: { reason: expect.stringMatching(/triggers and events can't be made again/u) } });
    await server.ask(`update ${kept}._vigie_kept set content = unhex('${written}')`);
    await server.databases.swap('pad', back);
    expect(await server.ask('insert into pad.t values (1); select id from pad.t')).toBe('7');
  }); // prettier-ignore

  it('puts the limit of statements back, whatever became of the load', async () => {
    await server.script('create table t (id int);');
    const dump = await whole(server.databases.dump('pad'));
    expect(await swapped(forged(dump, 'CREATE TABLE', 'KREATE TABLE'))).toBe('import_failed');
    expect(await server.ask('select @@global.max_allowed_packet')).toBe(String(16 * 1024 * 1024));
  });

  it('puts the limit back that a vigie which died has left raised', async () => {
    await server.databases.create('pad', NEW);
    await server.ask(
      `alter database ${NEW} comment '${await noted('max_allowed_packet=16777216')}'; set global max_allowed_packet = 1073741824`,
    );
    await server.databases.drop('pad', NEW);
    expect(await server.ask('select @@global.max_allowed_packet')).toBe('16777216');
  });

  it.each([
    ['what was dumped', 'select 1', 'app@localhost reader'],
    ['something else under its name', 'select 2', 'pad_vigie_owner@localhost'],
  ])('asks the ledger in whose name a routine ran that the live database has lost, and who might call it: of %s', async (_, body, who) => {
    await server.script(
      'create user app@localhost; create user reader@localhost; grant all on pad.* to app@localhost; create definer=app@localhost procedure p() select 1; grant execute on procedure p to reader@localhost;',
    );
    const dumped = await server.databases.catalogue('pad');
    const dump = await whole(server.databases.dump('pad'));
    await server.script('drop procedure p');
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(forged(dump, 'select 1', body)));
    await server.databases.swap('pad', { fresh: NEW, kept: 'pad_vigie_old_p7k', dumped });
    expect(
      await server.ask(
        `select concat_ws(' ', definer, (select user from mysql.procs_priv where db = 'pad')) from information_schema.routines where routine_schema = 'pad'`,
      ),
    ).toBe(who);
  });

  it('trusts whoever makes functions for as long as a load takes, and no longer', async () => {
    await server.script(
      'create table t (id int); create trigger tr before insert on t for each row set new.id = 1; create function f() returns int return 1; set global log_bin_trust_function_creators = 0;',
    );
    const dump = await whole(server.databases.dump('pad'));
    const trusted = (): Promise<string> => server.ask('select @@global.log_bin_trust_function_creators');
    expect(await swapped(forged(dump, 'FUNCTION `f`', 'FUNKTION `f`'))).toBe('import_failed');
    expect(await trusted()).toBe('0');
    await server.databases.drop('pad', NEW);
    expect(await swapped(dump)).toBe('');
    expect(await trusted()).toBe('0');
  });

  it('trusts nobody any more once a vigie that died has been cleaned up after', async () => {
    await server.databases.create('pad', NEW);
    await server.ask(
      `alter database ${NEW} comment '${await noted('log_bin_trust_function_creators=0 max_allowed_packet=16777216')}'; set global max_allowed_packet = 1073741824, log_bin_trust_function_creators = 1`,
    );
    await server.databases.drop('pad', NEW);
    expect(await server.ask('select concat(@@global.max_allowed_packet, @@global.log_bin_trust_function_creators)')).toBe('16777216OFF');
  });

  it('sets nothing for the server that somebody else has noted', async () => {
    await server.databases.create('pad', NEW);
    const other = (await noted('max_allowed_packet=1024')).replace('1024', '2048');
    for (const comment of ['max_allowed_packet=1024', other, `${'0'.repeat(64)} max_allowed_packet=1024`]) {
      await server.ask(`create database if not exists ${NEW}; alter database ${NEW} comment '${comment}'`);
      await server.databases.drop('pad', NEW);
      expect(await server.ask('select @@global.max_allowed_packet')).toBe('16777216');
    }
  });

  it('lets no statement set anything for the server, however long statements may be', async () => {
    await server.script('create table a_table_of_some_length (id int);');
    const dump = await whole(server.databases.dump('pad'));
    const words = 'DROP TABLE IF EXISTS `a_table_of_some_length`;';
    for (const other of ['set global max_allowed_packet = 1024;', 'set global event_scheduler = off;', 'create user eve@localhost;']) {
      expect(await swapped(forged(dump, words, other))).toBe('import_failed');
      await server.databases.drop('pad', NEW);
    }
    expect(
      await server.ask(
        `select concat(@@global.max_allowed_packet, @@global.event_scheduler, (select count(*) from mysql.user where user = 'eve'))`,
      ),
    ).toBe('16777216ON0');
  });
});
