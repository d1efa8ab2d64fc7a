import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { given, whole } from '#test/contract/databases.contract.ts';
import { configured, type RealServer, startServer } from './database-lab.ts';

const SERVICE = 'own_db';
const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';

describe('a PostgreSQL whose image was told another superuser (POSTGRES_USER)', () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({
      engine: 'postgres',
      service: SERVICE,
      node: 'pica01',
      way: 'socket',
      databases: [configured('postgres', { server: { kind: 'service', name: SERVICE } })],
      options: ['--env', 'POSTGRES_USER=pad', '--env', 'POSTGRES_INIT=create database pad'],
    });
    await sql("create table notes (id int primary key, text text); insert into notes select g, 'note ' || g from generate_series(1, 20) g");
  });
  afterAll(() => server?.close());

  const sql = (text: string): Promise<string> => server.sh('exec psql -U pad -X -q -A -t -v ON_ERROR_STOP=1 -d pad', text);

  it('is backed up and restored without being told so again', async () => {
    const { databases } = server;
    const dump = await whole(databases.dump('pad'));
    expect(await databases.inspect('pad', given(dump))).toEqual([]);
    await sql('drop table notes');
    await databases.create('pad', NEW);
    await databases.load('pad', NEW, given(dump));
    await databases.swap('pad', { fresh: NEW, kept: OLD });
    expect(await sql('select count(*) from notes')).toBe('20');
  });
});
