import { databasesContract, type DatabasesLab } from '#test/contract/databases.contract.ts';
import { configured, startServer, type Way } from './database-lab.ts';
import { resetPostgres } from './databases-postgres.ts';

async function postgresLab(way: Way, service: string): Promise<DatabasesLab> {
  const on = { kind: 'service', name: service } as const;
  const server = await startServer({
    engine: 'postgres',
    service,
    node: 'pica02',
    way,
    databases: [
      configured('postgres', { server: on }),
      configured('postgres', { name: 'down', server: { kind: 'service', name: `${service}-down` } }),
      configured('postgres', { name: 'refused', server: on, user: 'nobody' }),
    ],
  });
  await server.swarm.createService({ name: `${service}-down`, image: `${server.swarm.registry}/x:v1`, replicas: 0 });
  return {
    databases: server.databases,
    name: 'pad',
    database: 'pad',
    tables: ['public.notes', 'public.people'],
    down: 'down',
    refused: 'refused',
    own: 'postgres',
    image: true,
    takeAtLast: (database) => server.takeAtLast(database),
    reset: () => resetPostgres(server),
    write: async () => void (await server.sql('pad', `insert into notes (text) values ('one more')`)),
    async close() {
      await server.swarm.removeService(`${service}-down`);
      await server.close();
    },
  };
}

databasesContract('PostgreSQL on another node of a Swarm, over SSH', () => postgresLab('ssh', 'postgres-ssh'));
