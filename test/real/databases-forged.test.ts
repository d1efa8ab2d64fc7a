import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
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

describe('what vigie’s own hand makes of a forged MariaDB dump', () => {
  let server: SchemaServer;
  beforeAll(async () => {
    server = await startSchemaServer('mariadb');
  });
  afterAll(() => server?.close());
  beforeEach(() => server.reset());

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

  it('puts the limit of statements back, whatever became of the load', async () => {
    await server.script('create table t (id int);');
    const dump = await whole(server.databases.dump('pad'));
    expect(await swapped(forged(dump, 'CREATE TABLE', 'KREATE TABLE'))).toBe('import_failed');
    expect(await server.ask('select @@global.max_allowed_packet')).toBe(String(16 * 1024 * 1024));
  });

  it('puts the limit back that a vigie which died has left raised', async () => {
    await server.databases.create('pad', NEW);
    await server.ask(`alter database ${NEW} comment 'max_allowed_packet=16777216'; set global max_allowed_packet = 1073741824`);
    await server.databases.drop('pad', NEW);
    expect(await server.ask('select @@global.max_allowed_packet')).toBe('16777216');
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
