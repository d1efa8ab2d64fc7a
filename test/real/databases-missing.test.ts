import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { given, whole } from '#test/contract/databases.contract.ts';
import { propertiesLost } from '#domain/backup/properties.ts';
import { type PlainServer, startPlainServer } from './plain-server.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';

/** All that belongs to a database and isn't inside of it. */
const OF_THE_DATABASE = `alter database pad set search_path = app, "Odd, one", public; alter database pad set "app.note" = 'it''s a \\ "text"'; alter role app in database pad set work_mem = '12MB';
alter database pad connection limit 42; alter database pad is_template true; revoke all on database pad from public; grant connect, create on database pad to app with grant option; grant connect on database pad to gone; comment on database pad is 'Étherpad'`;

describe('a database of a PostgreSQL that somebody dropped', () => {
  let server: PlainServer;
  beforeAll(async () => {
    server = await startPlainServer('postgres');
    await server.sql('postgres', "create role pad login; create role gone login; create role app login password 'app'; create database pad owner pad template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'"); // prettier-ignore
    await server.sql('pad', `set client_encoding = 'UTF8'; ${OF_THE_DATABASE}; create schema app authorization app; set role app; create table app.notes (id int primary key, text text); insert into app.notes values (1, 'Été')`); // prettier-ignore
  });
  afterAll(() => server?.close());

  const asApp = (sql: string): Promise<string> =>
    server.sh(`PGCLIENTENCODING=UTF8 PGPASSWORD=app exec psql -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -U app -d pad -c "${sql}"`);

  it('comes back on a server that has no such collation and nobody of it, which is told', async () => {
    const { databases } = server;
    const like = { ...(await databases.properties('pad')), collate: 'xx_XX.UTF-8', owner: 'nobody' };
    const dump = await whole(databases.dump('pad'));
    await server.sql('postgres', 'alter database pad is_template false; alter database pad rename to aside');
    await databases.create('pad', NEW, undefined, like);
    await databases.load('pad', NEW, given(dump));
    await databases.swap('pad', { fresh: NEW, kept: OLD, like });
    expect(await asApp('select text from notes')).toBe('Été');
    expect(propertiesLost(like, await databases.properties('pad'))).toEqual(['owner of the database', 'encoding of the database', 'collate of the database', 'ctype of the database']); // prettier-ignore
    await server.sql(
      'postgres',
      `alter database pad is_template false; drop database pad; drop database ${OLD}; alter database aside rename to pad; alter database pad is_template true`,
    );
  });

  it('comes back as what it was: who may connect, its settings, its encoding, its comment', async () => {
    const { databases } = server;
    const like = await databases.properties('pad');
    const dump = await whole(databases.dump('pad'));
    await server.sql('postgres', 'alter database pad is_template false; drop database pad; drop role gone');
    await databases.create('pad', NEW, undefined, like);
    await databases.load('pad', NEW, given(dump));
    await databases.swap('pad', { fresh: NEW, kept: OLD, like });
    expect(await asApp('select text from notes')).toBe('Été');
    expect(await asApp("select current_setting('work_mem') || ' ' || current_setting('app.note') || ' ' || current_setting('server_encoding')")).toBe('12MB it\'s a \\ "text" LATIN1'); // prettier-ignore
    expect(propertiesLost(like, await databases.properties('pad'))).toEqual(['rights of the database: gone CONNECT']);
  });
});
