import { databasesContract, type DatabasesLab, NOTES, PEOPLE } from '#test/contract/databases.contract.ts';
import { configured, type RealServer, startServer } from './database-lab.ts';

const FIRST = `create table notes (id int auto_increment primary key, text text not null);
insert into notes (text) select concat('note ', seq) from seq_1_to_${NOTES};
create table people (id int auto_increment primary key, name text not null);
insert into people (name) select concat('person ', seq) from seq_1_to_${PEOPLE};`;

export async function resetMariadb(server: RealServer, content = FIRST): Promise<void> {
  const names = await server.sql(
    'mysql',
    "select schema_name from information_schema.schemata where schema_name = 'pad' or schema_name like '%\\_vigie\\_%'",
  );
  for (const name of names.split('\n').filter((each) => each !== '')) await server.sql('mysql', `drop database \`${name}\``);
  await server.sql('mysql', 'create database pad character set utf8mb4');
  await server.sql('pad', content);
}

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
    reset: () => resetMariadb(server),
    write: async () => void (await server.sql('pad', `insert into notes (text) values ('one more')`)),
    async close() {
      await server.swarm.removeService(`${service}-down`);
      await server.close();
    },
  };
});
