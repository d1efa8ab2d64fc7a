import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { given, NOTES, whole } from '#test/contract/databases.contract.ts';
import { configured, type RealEngine, type RealServer, startServer } from './database-lab.ts';
import { resetMariadb } from './databases-mariadb.ts';
import { resetPostgres } from './databases-postgres.ts';
import { until } from './swarm.ts';

const NEW = 'pad_vigie_new_p7k';
const OLD = 'pad_vigie_old_p7k';

/** What differs between the kinds of server. */
interface Kind {
  readonly engine: RealEngine;
  /** The client that dumps, as `ps` would name it. */
  readonly dumper: string;
  readonly notes: string;
  /** SQL: so many rows that a dump isn't done at once. */
  readonly more: string;
  /** Shell: what makes that the server ends, and can't start again. */
  readonly ruin: string;
  /** SQL for the administration's database: how many of the accounts that brought the content back could log in. */
  readonly loaders: readonly [database: string, sql: string];
  readonly reset: (server: RealServer) => Promise<void>;
}

const POSTGRES: Kind = {
  engine: 'postgres',
  dumper: 'pg_dump',
  notes: 'public.notes',
  more: 'insert into notes (text) select md5(random()::text) || md5(random()::text) from generate_series(1, 300000) i;',
  ruin: 'rm -f /var/lib/postgresql/data/global/pg_control; kill -QUIT 1',
  loaders: ['postgres', `select count(*) from pg_roles where (rolname = 'pad' or rolname like 'vigie%') and rolcanlogin`],
  reset: (server) => resetPostgres(server),
};

const MARIADB: Kind = {
  engine: 'mariadb',
  dumper: 'mariadb-dump',
  notes: 'notes',
  more: 'insert into notes (text) select concat(md5(rand()), md5(rand())) from seq_1_to_300000;',
  ruin: 'cd /var/lib/mysql; rm -f ibdata1 mysql/global_priv.*; kill -TERM 1',
  loaders: ['mysql', `select count(*) from global_priv where user like 'vigie_load%'`],
  reset: (server) => resetMariadb(server),
};

describe.each([POSTGRES, MARIADB])('a dump of a real $engine', ({ engine, dumper, notes, more, ruin, loaders, reset }) => {
  const service = `${engine}-trouble`;
  let server: RealServer;
  beforeAll(async () => {
    const databases = [configured(engine, { server: { kind: 'service', name: service } })];
    server = await startServer({ engine, service, node: 'pica02', way: 'socket', databases });
  });
  afterAll(() => server?.close());
  beforeEach(() => reset(server));

  /** Process ids of the dumping client in the container. */
  const dumping = (): Promise<string> =>
    server.sh(`for p in /proc/[0-9]*; do [ "$(cat $p/comm 2> /dev/null)" != ${dumper} ] || echo \${p#/proc/}; done`);
  const restore = async (dump: Uint8Array): Promise<void> => {
    await server.databases.create('pad', NEW);
    await server.databases.load('pad', NEW, given(dump));
    await server.databases.swap('pad', { fresh: NEW, kept: OLD });
    expect((await server.databases.look('pad')).tables).toContainEqual({ name: notes, rows: NOTES });
  };

  it('is none when its client is killed half-way', async () => {
    await server.sql('pad', more);
    const dump = server.databases.dump('pad')[Symbol.asyncIterator]();
    await dump.next();
    // It can't end by itself while it stands still.
    const client = await dumping();
    await server.sh(`kill -STOP ${client}`);
    const rest = (async () => {
      while ((await dump.next()).done !== true);
    })();
    // Not awaited before the rest is read: Docker tells the end of no command in a container while what an ended one wrote waits to be read.
    const killed = server.sh(`kill -9 ${client}`);
    await expect(rest).rejects.toMatchObject({ code: 'dump_failed' });
    await killed;
  });

  it('that nobody reads to its end leaves no client behind', async () => {
    await server.sql('pad', more);
    const abort = new AbortController();
    const stopped = (async () => {
      for await (const _ of server.databases.dump('pad', abort.signal)) abort.abort(new Error('enough'));
    })();
    await expect(stopped).rejects.toThrow('enough');
    for await (const _ of server.databases.dump('pad')) {
      expect(await dumping()).toMatch(/^\d+/u);
      break;
    }
    await until(`the end of ${dumper}`, async () => (await dumping()) === '');
  });

  it('that was taken before its server moved to another node is loaded there', async () => {
    const dump = await whole(server.databases.dump('pad'));
    const first = await server.databases.identity('pad');
    const move = (from: string, to: string): Promise<string> =>
      server.swarm.docker('service', 'update', '--detach', '--quiet', '--constraint-rm', `node.hostname==${from}`, '--constraint-add', `node.hostname==${to}`, service); // prettier-ignore
    await move('pica02', 'pica01');
    await until('the other server', async () => (await server.databases.identity('pad').catch(() => first)).node === 'pica01');
    await server.answers();
    const second = await server.databases.identity('pad');
    expect(second.id).not.toBe(first.id);
    // Its volume stayed behind: this is a new server.
    await expect(server.databases.look('pad')).rejects.toMatchObject({ code: 'database_missing' });
    await restore(dump);
    await move('pica01', 'pica02');
    await until('the first server', async () => (await server.databases.identity('pad').catch(() => second)).id === first.id);
  });

  it('can still be restored once its server is ruined: onto a fresh volume, the old one kept', async () => {
    const dump = await whole(server.databases.dump('pad'));
    await server.sh(ruin).catch(() => undefined);
    await until('the end of the server', async () => (await server.databases.identity('pad').catch(() => null)) === null);
    const volumes = { old: `${service}_data`, fresh: `${service}_vigie_p7k` };
    expect(await server.databases.freshVolume('pad', 'p7k')).toEqual(volumes);
    expect(await server.databases.freshVolume('pad', 'p7k')).toEqual(volumes);
    await restore(dump);
    expect(await server.sql(...loaders)).toBe('0');
  });
});
