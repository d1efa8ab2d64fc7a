import { databasesContract, type DatabasesLab } from '#test/contract/databases.contract.ts';
import { configured, startServer } from './database-lab.ts';
import { resetMariadb } from './databases-mariadb.ts';

databasesContract('MariaDB in a Swarm', async (): Promise<DatabasesLab> => {
  const service = 'mariadb-socket';
  const on = { kind: 'service', name: service } as const;
  const server = await startServer({
    engine: 'mariadb',
    service,
    node: 'pica01',
    way: 'socket',
    databases: [
      configured('mariadb', { server: on }),
      configured('mariadb', { name: 'down', server: { kind: 'service', name: `${service}-down` } }),
      configured('mariadb', { name: 'refused', server: on, password: 'wrong' }),
    ],
  });
  await server.swarm.createService({ name: `${service}-down`, image: `${server.swarm.registry}/x:v1`, replicas: 0 });
  return {
    databases: server.databases,
    name: 'pad',
    database: 'pad',
    tables: ['notes', 'people'],
    down: 'down',
    refused: 'refused',
    own: 'mysql',
    image: true,
    takeAtLast: (database) => server.takeAtLast(database),
    reset: () => resetMariadb(server),
    write: async () => void (await server.sql('pad', `insert into notes (text) values ('one more')`)),
    async close() {
      await server.swarm.removeService(`${service}-down`);
      await server.close();
    },
  };
});
