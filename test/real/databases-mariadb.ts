import { NOTES, PEOPLE } from '#test/contract/databases.contract.ts';
import type { RealServer } from './database-lab.ts';

const FIRST = `create table notes (id int auto_increment primary key, text text not null);
insert into notes (text) select concat('note ', seq) from seq_1_to_${NOTES};
create table people (id int auto_increment primary key, name text not null);
insert into people (name) select concat('person ', seq) from seq_1_to_${PEOPLE};`;

export async function resetMariadb(server: Pick<RealServer, 'sql'>, content = FIRST): Promise<void> {
  const names = await server.sql(
    'mysql',
    "select schema_name from information_schema.schemata where schema_name = 'pad' or schema_name like '%\\_vigie\\_%'",
  );
  for (const name of names.split('\n').filter((each) => each !== '')) await server.sql('mysql', `drop database \`${name}\``);
  await server.sql('mysql', 'create database pad character set utf8mb4');
  await server.sql('pad', content);
}
