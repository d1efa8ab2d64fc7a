import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { systemClock } from '#kernel/clock.ts';
import { type ConfiguredDatabase, createDatabases } from '#adapters/databases/create-databases.ts';
import { connectContainers, type ContainersConnection } from '#adapters/docker/connect-containers.ts';
import type { DaemonAddress } from '#adapters/docker/connection.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Databases } from '#ports/databases.ts';
import type { Remote } from '#ports/remote.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { AtLast } from './at-last.ts';
import { LAB, privateKey, realSwarm, type RealSwarm, until } from './swarm.ts';

const run = promisify(execFile);
const HERE = dirname(fileURLToPath(import.meta.url));
const DATA = { postgres: '/var/lib/postgresql', mariadb: '/var/lib/mysql' } as const;
const IMAGE = { postgres: 'postgres:15', mariadb: 'mariadb:10.11' } as const;
const PASSWORD = { postgres: 'POSTGRES_PASSWORD', mariadb: 'MARIADB_ROOT_PASSWORD' } as const;
export type RealEngine = keyof typeof IMAGE;

export type Way = 'socket' | 'ssh';

/** A database server in a service of the real Swarm. */
export interface RealServer {
  readonly service: string;
  readonly databases: Databases;
  readonly containers: ContainersConnection;
  readonly swarm: RealSwarm;
  /** What was kept of failures. */
  readonly reports: MemoryReports;
  /** Runs a shell script in the server's container, on whichever node it is. @returns what it printed, trimmed */
  sh(script: string, input?: string): Promise<string>;
  /** SQL as the superuser. */
  sql(database: string, sql: string): Promise<string>;
  /** Somebody makes a database of this name right before the next script that gives a name to another one. */
  takeAtLast(database: string): void;
  /** Waits until the server answers. */
  answers(): Promise<void>;
  close(): Promise<void>;
}

export interface RealServerOptions {
  readonly engine: RealEngine;
  /** Name of the service; databases are named in `databases`. */
  readonly service: string;
  readonly node: string;
  readonly way: Way;
  readonly databases: readonly ConfiguredDatabase[];
  /** Options of `docker service create` beside the usual ones. */
  readonly options?: readonly string[];
  readonly hosts?: ReadonlyMap<string, Remote>;
}

/** A database as most tests configure it. */
export function configured(engine: RealEngine, change: Partial<ConfiguredDatabase>): ConfiguredDatabase {
  const plain = { user: null, password: null, address: null, port: null, runAs: null, usedBy: [] };
  return { name: 'pad', engine, database: 'pad', server: { kind: 'service', name: 'server' }, ...plain, ...change };
}

/** Starts a server, on a named volume, and waits until it answers. */
export async function startServer(options: RealServerOptions): Promise<RealServer> {
  const { engine, service, node, databases } = options;
  const swarm = await realSwarm();
  await makeImage(swarm, engine);
  await forgetVolumes(service);
  await swarm.docker(
    'service', 'create', '--detach', '--quiet', '--name', service, '--constraint', `node.hostname==${node}`, '--stop-signal', engine === 'postgres' ? 'SIGINT' : 'SIGTERM',
    '--env', `${PASSWORD[engine]}=geheim`, '--mount', `type=volume,src=${service}_data,dst=${DATA[engine]}`, ...(options.options ?? []), `${swarm.registry}/${IMAGE[engine]}`,
  ); // prettier-ignore
  const { containers, remotes } = await reach(swarm, options.way);
  const sh = (script: string, input?: string): Promise<string> => inContainer(containers, service, script, input);
  const atLast = new AtLast((database) => server.sql(engine === 'postgres' ? 'postgres' : 'mysql', `create database ${database}`));
  const reports = new MemoryReports();
  const server: RealServer = {
    service,
    reports,
    swarm,
    containers,
    databases: createDatabases({
      databases,
      containers: watched(containers, atLast),
      hosts: options.hosts ?? new Map(),
      clock: systemClock,
      reports,
    }),
    sh,
    takeAtLast: (database) => atLast.take(database),
    sql: (database, sql) =>
      engine === 'postgres'
        ? sh(`exec psql -X -q -A -t -v ON_ERROR_STOP=1 -d "${database}"`, sql)
        : sh(
            `exec mariadb --no-defaults --default-character-set=utf8mb4 -N -uroot -p"$MARIADB_ROOT_PASSWORD" -S /run/mysqld/mysqld.sock ${database}`,
            sql,
          ),
    answers: () => until(`${service} to answer`, () => sh(readyScript(engine)).then(() => true, () => false)), // prettier-ignore
    async close() {
      await containers.close();
      for (const remote of remotes) await remote.close();
      await swarm.removeService(service);
    },
  };
  await server.answers();
  return server;
}

function watched(containers: ContainersConnection, atLast: AtLast): ContainersConnection {
  return {
    ...containers,
    exec: (at, { input, ...command }, signal) => {
      const told = atLast.watch(input);
      return containers.exec(at, { ...command, ...(told === undefined ? {} : { input: told }) }, signal);
    },
  };
}

function readyScript(engine: RealEngine): string {
  return engine === 'postgres'
    ? 'pg_isready -q -h 127.0.0.1'
    : 'mariadb-admin --no-defaults -h 127.0.0.1 -uroot -p"$MARIADB_ROOT_PASSWORD" ping';
}

/** In a lab that was kept, a run before may have left its data. */
async function forgetVolumes(service: string): Promise<void> {
  for (const node of ['pica01', 'pica02']) {
    const docker = async (...args: readonly string[]): Promise<string> =>
      (await run('/usr/bin/docker', ['-H', `unix://${join(LAB, `${node}.sock`)}`, ...args])).stdout.trim();
    const names = (await docker('volume', 'ls', '--quiet', '--filter', `name=${service}_`)).split('\n').filter((name) => name !== '');
    // A container that was told to end holds its own for a moment.
    const removed = (): Promise<boolean> => docker('volume', 'rm', '--force', ...names).then(() => true, () => false); // prettier-ignore
    if (names.length > 0) await until(`the volumes of ${service} to be free`, removed);
  }
}

/** Made once a lab: it takes some seconds. */
async function makeImage(swarm: RealSwarm, engine: RealEngine): Promise<void> {
  const known = await swarm.docker('image', 'ls', '--quiet', `${swarm.registry}/${IMAGE[engine]}`);
  if (known !== '') return;
  await access(engine === 'postgres' ? '/usr/lib/postgresql/15/bin/postgres' : '/usr/sbin/mariadbd');
  await run(join(HERE, 'images', `${engine}.sh`), [LAB, swarm.registry]);
}

async function reach(
  swarm: RealSwarm,
  way: Way,
): Promise<{ readonly containers: ContainersConnection; readonly remotes: readonly Remote[] }> {
  const paths = { pica01: swarm.socketPath, pica02: join(LAB, 'pica02.sock') };
  if (way === 'socket') {
    const nodes: Record<string, DaemonAddress> = { pica02: { kind: 'socket', path: paths.pica02 } };
    return { containers: connectContainers({ manager: { kind: 'socket', path: paths.pica01 }, nodes }), remotes: [] };
  }
  const remote = connectRemote({ ...swarm.ssh, privateKey: await privateKey(swarm.ssh) });
  const nodes: Record<string, DaemonAddress> = { pica02: { kind: 'remote', remote, path: paths.pica02 } };
  return { containers: connectContainers({ manager: { kind: 'remote', remote, path: paths.pica01 }, nodes }), remotes: [remote] };
}

async function inContainer(containers: ContainersConnection, service: string, script: string, input = ''): Promise<string> {
  const at = await containers.find(service);
  if (at === null) throw new Error(`no container of ${service} runs`);
  const given = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(input);
  };
  const { stdout, ended } = await containers.exec(at, { command: ['sh', '-c', script], input: given() });
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdout) chunks.push(chunk);
  const { code, stderr } = await ended;
  if (code !== 0) throw new Error(`${script}: ${code} ${stderr}`);
  return Buffer.concat(chunks).toString('utf8').trim();
}
