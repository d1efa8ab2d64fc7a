import { createDatabases, type ConfiguredDatabase } from '#adapters/databases/create-databases.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import { systemClock } from '#kernel/clock.ts';
import { databasesContract, type DatabasesLab } from '#test/contract/databases.contract.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { AtLast, watchedRemote } from './at-last.ts';
import { configured } from './database-lab.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { type HostMariadb, startHostMariadb } from './host-mariadb.ts';
import { privateKey, realSwarm } from './swarm.ts';

type Way = (mariadb: HostMariadb) => Partial<ConfiguredDatabase>;

/** As the account that SSH lets in: the socket knows who that is. */
const bySocket: Way = ({ socket }) => ({ address: socket });
const byPassword: Way = ({ port, password }) => ({ address: '127.0.0.1', port, user: 'admin', password });

/** Behind the lab's sshd, whose key is pinned. */
async function hostLab(way: Way): Promise<DatabasesLab> {
  const mariadb = await startHostMariadb();
  const { ssh } = await realSwarm();
  const remote = connectRemote({ ...ssh, privateKey: await privateKey(ssh) });
  const at = { server: { kind: 'host', name: 'bob' }, ...way(mariadb) } as const;
  const atLast = new AtLast((database) => mariadb.sql('mysql', `create database ${database}`));
  const databases = createDatabases({
    containers: null,
    hosts: new Map([['bob', watchedRemote(remote, atLast)]]),
    clock: systemClock,
    reports: new MemoryReports(),
    databases: [
      configured('mariadb', at),
      configured('mariadb', { ...at, ...byPassword(mariadb), name: 'down', port: 1 }),
      configured('mariadb', { ...at, ...byPassword(mariadb), name: 'refused', password: 'wrong' }),
    ],
  });
  return {
    databases,
    name: 'pad',
    database: 'pad',
    tables: ['notes', 'people'],
    down: 'down',
    refused: 'refused',
    own: 'mysql',
    image: false,
    takeAtLast: (database) => atLast.take(database),
    reset: () => resetMariadb(mariadb),
    write: async () => void (await mariadb.sql('pad', `insert into notes (text) values ('one more')`)),
    async close() {
      await remote.close();
      await mariadb.close();
    },
  };
}

databasesContract('MariaDB on a host, over its socket', () => hostLab(bySocket));
databasesContract('MariaDB on a host, with a password', () => hostLab(byPassword));
