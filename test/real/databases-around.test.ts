import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAtDatabases } from '#app/app/systems/databases/doctor.ts';
import { type ConfiguredDatabase, createDatabases } from '#adapters/databases/create-databases.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Databases } from '#ports/databases.ts';
import { given, whole } from '#test/contract/databases.contract.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { shellRemote } from '#test/lab/hosts/shell-remote.ts';
import { configured } from './database-lab.ts';
import { freePort } from './free-port.ts';
import { startHostMariadb } from './host-mariadb.ts';
import { type HostPostgres, startHostPostgres } from './host-postgres.ts';
import { until } from './swarm.ts';

const NEW = 'pad_vigie_new_p7k';
const FILL = `create role pad login; create database pad owner pad;
\\connect pad
set role pad;
create table notes (id int primary key, text text); insert into notes select g, 'note' from generate_series(1, 20) g; create view seen as select * from notes;`;

function databasesAt(at: Partial<ConfiguredDatabase>, engine: 'postgres' | 'mariadb' = 'postgres'): Databases {
  return createDatabases({
    containers: null,
    hosts: new Map([['bob', shellRemote('bob')]]),
    clock: systemClock,
    reports: new MemoryReports(),
    databases: [configured(engine, { server: { kind: 'host', name: 'bob' }, ...at })],
  });
}

const bySocket = ({ socket, port }: HostPostgres): Databases => databasesAt({ address: socket, port, runAs: 'postgres' });
const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What doctor says of `pad`: its error's code, where it isn't well. */
async function doctored(databases: Databases): Promise<string> {
  const [finding] = await lookAtDatabases(databases, { words: said } as Parameters<typeof lookAtDatabases>[1]);
  return `${finding?.ok === true ? 'ok' : 'not ok'}: ${finding?.detail}`;
}

describe('around a PostgreSQL', () => {
  let primary: HostPostgres;
  beforeAll(async () => {
    primary = await startHostPostgres(['max_wal_senders=4']);
    await primary.script('postgres', FILL);
  });
  afterAll(() => primary?.close());

  it('is told to be no replica, and nobody is barred', async () => {
    const databases = bySocket(primary);
    expect(await databases.identity('pad')).toMatchObject({ standby: false });
    expect(await databases.barred('pad')).toBeNull();
    expect(await doctored(databases)).toMatch(/^ok: .*, 1 table, gives a dump$/u);
  });

  it('a replica gives dumps that its primary takes, and says that it takes nothing itself', async () => {
    const fill = `/usr/lib/postgresql/15/bin/pg_basebackup -D "$1/data" -h ${primary.socket} -p ${primary.port} -R -X stream --no-sync -c fast && chmod 700 "$1/data"`;
    const replica = await startHostPostgres([], { fill });
    try {
      const databases = bySocket(replica);
      expect(await databases.identity('pad')).toMatchObject({ standby: true, id: (await bySocket(primary).identity('pad')).id });
      expect(await doctored(databases)).toMatch(/^ok: .*gives a dump \(a replica: it takes no restore\)$/u);
      const { tables } = await databases.look('pad');
      expect(tables).toEqual([{ name: 'public.notes', rows: 20 }]);
      const [dump, catalogue] = [await whole(databases.dump('pad')), await databases.catalogue('pad')];
      expect(await databases.inspect('pad', given(dump))).toEqual([]);
      const onPrimary = bySocket(primary);
      expect(await onPrimary.catalogue('pad')).toEqual(catalogue);
      await onPrimary.create('pad', NEW);
      await onPrimary.load('pad', NEW, given(dump));
      expect((await onPrimary.look('pad', NEW)).tables).toEqual(tables);
      await onPrimary.drop('pad', NEW);
      await expect(databases.create('pad', NEW)).rejects.toMatchObject({ code: 'database_refused', params: { reason: expect.stringMatching(/cannot execute CREATE DATABASE in a read-only transaction/u) } }); // prettier-ignore
    } finally {
      await replica.close();
    }
  });

  it.each([
    ['that refuses what a client says to the server', ''],
    ['that keeps it to itself', 'ignore_startup_parameters = options,extra_float_digits'],
  ])('a pooler %s is told from the server', async (_, more) => {
    const port = await freePort();
    const folder = primary.socket;
    await writeFile(join(folder, 'users'), `"postgres" "${primary.password}"\n`, { mode: 0o644 });
    await writeFile(
      join(folder, 'pgbouncer.ini'),
      `[databases]\n* = host=127.0.0.1 port=${primary.port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =\nauth_type = plain\nauth_file = ${folder}/users\npool_mode = transaction\n${more}\n`,
      { mode: 0o644 },
    );
    const pooler = spawn('/usr/sbin/pgbouncer', ['-u', 'postgres', join(folder, 'pgbouncer.ini')], { stdio: 'ignore' });
    try {
      const databases = databasesAt({ address: '127.0.0.1', port, password: primary.password });
      await until('the pooler to answer', async () => !said(await databases.identity('pad').catch((error: unknown) => error)).includes('server_down')); // prettier-ignore
      await expect(databases.identity('pad')).rejects.toMatchObject({
        code: 'database_pooler',
        params: { database: 'pad', server: 'bob' },
      });
      expect(await doctored(databases)).toMatch(/^not ok: database_pooler/u);
    } finally {
      const ended = new Promise((resolve) => pooler.once('exit', resolve));
      pooler.kill('SIGKILL');
      await ended;
    }
  });

  it.each([
    ['names roles', 'local all postgres peer\nhost all pad 127.0.0.1/32 scram-sha-256\n', /no pg_hba\.conf entry for …/u],
    [
      'rejects the rest',
      'local all postgres peer\nhost pad pad 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 reject\n',
      /pg_hba\.conf rejects connection for …/u,
    ],
    ['asks who somebody is', 'local all postgres peer\nhost all all 127.0.0.1/32 ident\n', /[Ii]dent authentication failed for user/u],
  ])('a pg_hba.conf that %s bars who loads, and doctor says so', async (_, rules, reason) => {
    const file = join(primary.socket, 'data/pg_hba.conf');
    const usual = await readFile(file, 'utf8');
    try {
      await writeFile(file, rules);
      await primary.sql('postgres', 'select pg_reload_conf()');
      const databases = bySocket(primary);
      await until('the rules to be read', async () => (await databases.barred('pad')) !== null);
      expect(await databases.barred('pad')).toMatch(reason);
      expect(await doctored(databases)).toMatch(/^not ok: database_barred/u);
    } finally {
      await writeFile(file, usual);
      await primary.sql('postgres', 'select pg_reload_conf()');
    }
    await until('the usual rules to be read', async () => (await bySocket(primary).barred('pad')) === null);
  });
});

describe('around a MariaDB', () => {
  it('a server that is read only gives dumps, and says that it takes nothing', async () => {
    const server = await startHostMariadb();
    try {
      await server.sql('mysql', 'create database pad; create table pad.notes (id int primary key); insert into pad.notes values (1)');
      const databases = databasesAt({ address: server.socket }, 'mariadb');
      expect(await databases.identity('pad')).toMatchObject({ standby: false });
      await server.sql('mysql', 'set global read_only = 1');
      expect(await databases.identity('pad')).toMatchObject({ standby: true });
      expect((await whole(databases.dump('pad'))).length).toBeGreaterThan(0);
    } finally {
      await server.close();
    }
  });
});
