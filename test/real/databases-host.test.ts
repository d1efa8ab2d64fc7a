import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConfiguredDatabase, createDatabases } from '#adapters/databases/create-databases.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Remote } from '#ports/remote.ts';
import { databasesContract, type DatabasesLab, given, whole } from '#test/contract/databases.contract.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { AtLast, watchedRemote } from './at-last.ts';
import { configured } from './database-lab.ts';
import { resetPostgres } from './databases-postgres.ts';
import { type HostPostgres, startHostPostgres } from './host-postgres.ts';
import { privateKey, realSwarm, until } from './swarm.ts';

interface HostLab extends DatabasesLab {
  readonly postgres: HostPostgres;
  readonly remote: Remote;
}

type Way = (postgres: HostPostgres) => Partial<ConfiguredDatabase>;

/** As the server's own account, by sudo: its socket knows who that is. */
const bySocket: Way = ({ socket, port }) => ({ address: socket, port, runAs: 'postgres' });
/** As the account that SSH lets in. */
const byPassword: Way = ({ port, password }) => ({ address: '127.0.0.1', port, password });

/** Behind the lab's sshd, whose key is pinned. */
async function hostLab(way: Way): Promise<HostLab> {
  const postgres = await startHostPostgres();
  const { ssh } = await realSwarm();
  const remote = connectRemote({ ...ssh, privateKey: await privateKey(ssh) });
  const at = { server: { kind: 'host', name: 'bob' }, ...way(postgres) } as const;
  const atLast = new AtLast((database) => postgres.sql('postgres', `create database ${database}`));
  const databases = createDatabases({
    containers: null,
    hosts: new Map([['bob', watchedRemote(remote, atLast)]]),
    clock: systemClock,
    reports: new MemoryReports(),
    databases: [
      configured('postgres', at),
      configured('postgres', { ...at, name: 'down', port: 1 }),
      configured('postgres', { ...at, ...byPassword(postgres), name: 'refused', password: 'wrong' }),
    ],
  });
  return {
    databases,
    postgres,
    remote,
    name: 'pad',
    database: 'pad',
    tables: ['public.notes', 'public.people'],
    down: 'down',
    refused: 'refused',
    own: 'template1',
    image: false,
    takeAtLast: (database) => atLast.take(database),
    reset: () => resetPostgres(postgres),
    write: async () => void (await postgres.sql('pad', `insert into notes (text) values ('one more')`)),
    async close() {
      await remote.close();
      await postgres.close();
    },
  };
}

databasesContract('PostgreSQL on a host, as its own account', () => hostLab(bySocket));

describe.each([
  ['as its own account', bySocket],
  ['with a password', byPassword],
])('a PostgreSQL on a host, %s,', (_, way) => {
  let lab: HostLab;
  beforeAll(async () => {
    lab = await hostLab(way);
  });
  afterAll(() => lab?.close());
  beforeEach(async () => {
    await lab.reset();
    await lab.postgres.sql('pad', `insert into notes (text) select md5(random()::text) from generate_series(1, 300000)`);
  });

  const expectDown = async (work: Promise<unknown>): Promise<void> => {
    await expect(work).rejects.toMatchObject({ code: 'database_server_down', params: { database: 'pad', server: 'bob' } });
  };
  /** How many pg_dump are connected to it. */
  const dumping = async (): Promise<number> =>
    Number(await lab.postgres.sql('postgres', `select count(*) from pg_stat_activity where application_name = 'pg_dump'`));

  it('is said to be on its host, and has no volume', async () => {
    expect(await lab.databases.identity('pad')).toMatchObject({ node: 'bob', container: null });
    expect(await lab.databases.freshVolume('pad', 'p7k')).toBeNull();
  });

  it('is down while it is stopped, and answers once it is back', async () => {
    await lab.postgres.stop();
    await expectDown(lab.databases.look('pad'));
    await expectDown(whole(lab.databases.dump('pad')));
    await lab.postgres.start();
    expect((await lab.databases.look('pad')).tables).toContainEqual({ name: 'public.people', rows: 3 });
  });

  it('that crashes half-way through its dump gives none', async () => {
    const dump = lab.databases.dump('pad')[Symbol.asyncIterator]();
    await dump.next();
    await lab.postgres.stop();
    const rest = (async () => {
      while ((await dump.next()).done !== true);
    })();
    await expect(rest).rejects.toMatchObject({ code: 'dump_failed' });
    await lab.postgres.start();
  });

  it('has no client left of a dump that nobody reads to its end', async () => {
    for await (const _ of lab.databases.dump('pad')) {
      expect(await dumping()).toBe(1);
      break;
    }
    await until('the end of pg_dump', async () => (await dumping()) === 0);
  });

  it('that crashes half-way through a load has no half of it, and takes the whole of it later', async () => {
    const dump = await whole(lab.databases.dump('pad'));
    await lab.databases.create('pad', 'pad_vigie_new_p7k');
    const crashing = async function* (): AsyncGenerator<Uint8Array> {
      yield dump.subarray(0, dump.length / 2);
      await lab.postgres.stop();
      yield dump.subarray(dump.length / 2);
    };
    await expect(lab.databases.load('pad', 'pad_vigie_new_p7k', crashing())).rejects.toMatchObject({ code: 'import_failed' });
    await lab.postgres.start();
    expect((await lab.databases.look('pad', 'pad_vigie_new_p7k')).tables).toEqual([]);
    await lab.databases.load('pad', 'pad_vigie_new_p7k', given(dump));
    expect((await lab.databases.look('pad', 'pad_vigie_new_p7k')).tables).toEqual((await lab.databases.look('pad')).tables);
    expect(await lab.postgres.sql('postgres', `select count(*) from pg_roles where rolname like 'vigie_load_%'`)).toBe('0');
  });
});
