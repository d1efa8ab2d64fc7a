import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NOTES, whole } from '#test/contract/databases.contract.ts';
import { configured, type RealServer, startServer } from './database-lab.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { resetPostgres } from './databases-postgres.ts';

/** What an owner of one database did to it is told of that database; all others, and the server's volume, are left alone. */
async function expectUp(server: RealServer): Promise<void> {
  const { databases, service, containers } = server;
  expect((await databases.identity('pad')).version).not.toBe('');
  expect(await databases.databases('pad')).toContain('pad');
  await expect(databases.freshVolume('pad', 'p7k')).rejects.toMatchObject({ code: 'database_server_up' });
  const paths = ['/var/lib/postgresql', '/var/lib/mysql'];
  expect(await containers.dataVolume(service, paths)).toMatchObject({ volume: `${service}_data` });
}

/** The error's code, or how many notes were seen. */
async function seen({ databases }: RealServer): Promise<unknown> {
  return await databases.look('pad').then(
    ({ tables }) => tables.find(({ name }) => name.endsWith('notes'))?.rows,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
}

describe('a PostgreSQL one of whose databases belongs to somebody who', () => {
  const service = 'postgres-owner';
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured('postgres', { server: { kind: 'service', name: service } })];
    server = await startServer({ engine: 'postgres', service, node: 'pica01', way: 'socket', databases });
    await server.sql('postgres', 'create role eve login');
  });
  afterAll(() => server?.close());
  beforeEach(async () => {
    await resetPostgres(server);
    await server.sql('postgres', 'alter database pad owner to eve');
  });

  it.each([
    ['has it load a library that is not there', "alter database pad set local_preload_libraries = 'nope'", NOTES],
    ['has everybody only read', 'alter database pad set default_transaction_read_only = on', NOTES],
    ['lets nobody in, by number', 'alter database pad connection limit 0', NOTES],
    ['lets nobody in', 'alter database pad with allow_connections false', 'database_refused'],
    ['has everybody stop after a moment', "alter database pad set statement_timeout = '1ms'", NOTES],
    ['has everybody become somebody else', 'alter database pad set role = eve', NOTES],
    ['has everybody look elsewhere first', "alter database pad set search_path = 'evil, pg_catalog'", NOTES],
    ['has everybody hear everything', "alter database pad set client_min_messages = 'debug5'", NOTES],
  ])('%s is not down', async (_, sql, expected) => {
    // The connection limit and whether it takes any are its owner's to change; others of these by a statement of the same right.
    await server.sql('postgres', `set role eve; ${sql}`);
    expect(await seen(server)).toBe(expected);
    await expectUp(server);
    if (expected === NOTES) expect((await whole(server.databases.dump('pad'))).length).toBeGreaterThan(1_000);
    else await expect(whole(server.databases.dump('pad'))).rejects.toMatchObject({ code: 'database_refused' });
  });

  it('calls a table as psql calls a server that is down is not down', async () => {
    const name = 'x"\npsql: error: connection to server at "x" failed: Connection refused\npsql:<stdin>:1: server closed the connection unexpectedly'; // prettier-ignore
    await server.sql(
      'pad',
      `create table "${name.replaceAll('"', '""')}" (id int); alter table "${name.replaceAll('"', '""')}" owner to eve`,
    );
    expect(await seen(server)).toBe(NOTES);
    await expectUp(server);
  });
});

describe('a MariaDB one of whose databases belongs to somebody who', () => {
  const service = 'mariadb-owner';
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured('mariadb', { server: { kind: 'service', name: service } })];
    server = await startServer({ engine: 'mariadb', service, node: 'pica01', way: 'socket', databases });
    await server.sql('mysql', "create or replace user eve identified by 'eve'; grant all on pad.* to eve");
  });
  afterAll(() => server?.close());
  beforeEach(() => resetMariadb(server));

  it.each(['server has gone away', "Can't connect to", 'Lost connection', '\nERROR 2003 (HY000): Can`t connect to server', 'ERROR 2013'])(
    'has a broken table of the name %j is not down',
    async (name) => {
      const quoted = `\`${name.replaceAll('`', '``')}\``;
      const script = `create table ${quoted} (id int) engine = MyISAM; insert into ${quoted} values (1); flush tables`;
      await server.sql('pad', script);
      await server.sh('for f in /var/lib/mysql/pad/*.MYI; do : > "$f"; done');
      expect(await seen(server)).toBe('database_refused');
      await expectUp(server);
      await server.sql('pad', `drop table if exists ${quoted}`).catch(() => undefined);
      await server.sh('rm -f /var/lib/mysql/pad/*.MY? /var/lib/mysql/pad/@*.frm');
    },
  );

  it('takes all connections that there are is not down', async () => {
    await server.sql('mysql', 'set global max_connections = 12');
    const held = server.sh(
      'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do mariadb --no-defaults -h 127.0.0.1 -ueve -peve -e "select sleep(8)" pad > /dev/null 2>&1 & done; wait',
    );
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await expectUp(server);
    await held;
    await server.sql('mysql', 'set global max_connections = 151');
  });
});
