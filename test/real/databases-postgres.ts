import { NOTES, PEOPLE } from '#test/contract/databases.contract.ts';
import type { RealServer } from './database-lab.ts';

/** As a server usually has it: the database is an administrator's, what is in it the service's. */
const FIRST = `create table notes (id serial primary key, text text not null);
insert into notes (text) select 'note ' || i from generate_series(1, ${NOTES}) i;
create table people (id serial primary key, name text not null);
insert into people (name) select 'person ' || i from generate_series(1, ${PEOPLE}) i;`;

export async function resetPostgres(server: Pick<RealServer, 'sql'>, content = FIRST): Promise<void> {
  const names = (
    await server.sql('postgres', `select datname from pg_database where datname = 'pad' or datname like '%\\_vigie\\_%'`)
  ).split('\n');
  for (const name of names.filter((each) => each !== '')) await server.sql('postgres', `drop database "${name}" with (force)`);
  await server.sql(
    'postgres',
    `do $$ begin if not exists (select from pg_roles where rolname = 'pad') then create role pad login password 'pad'; end if; end $$;`,
  );
  await server.sql('postgres', 'create database pad');
  await server.sql('pad', `grant all on schema public to pad; set role pad; ${content}`);
}
