import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { configured, startServer, type RealEngine } from '#test/real/database-lab.ts';
import { startHostMariadb } from '#test/real/host-mariadb.ts';
import { startHostPostgres } from '#test/real/host-postgres.ts';
import { labCommand, realSwarm, type RealSwarm, type SshAccess } from '#test/real/swarm.ts';
import type { ConfiguredDatabase } from '#adapters/databases/create-databases.ts';
import { launch } from './launch.ts';
import { floorOf, quantile, type Row } from './table.ts';
import type { Transfer, TransferOrders } from './transfer-child.ts';

const SERVICE = 'bench';
const FRESH = 'pad_vigie_new_ben';
const DOCKER = '/usr/bin/docker';

/** A server with a filled database, and the two ways to it. */
interface Bench {
  readonly way: string;
  readonly database: ConfiguredDatabase;
  readonly ssh: SshAccess | null;
  readonly socketPath: string | null;
  /** A command beside the server, as somebody without vigie would run it. */
  plain(command: string): readonly string[];
  sql(database: string, sql: string): Promise<string>;
  close(): Promise<void>;
}

interface Clients {
  readonly fill: string;
  /** As often as it takes for a median, and no longer than anybody would wait. */
  readonly rounds: number;
  readonly system: string;
  dump(bench: Bench): string;
  load(bench: Bench): string;
}

const PG_BIN = '/usr/lib/postgresql/15/bin';
const hostArgs = ({ database: { address, port } }: Bench): string => (address === null ? '' : `-h ${address} -p ${port}`);
const socketArg = ({ database: { address } }: Bench): string =>
  `--no-defaults -uroot ${address === null ? '-p"$MARIADB_ROOT_PASSWORD" -S /run/mysqld/mysqld.sock' : `-S ${address}`}`;

/** Rows of which each is a line of a dump, as people's are; so many that asking and listing, half a second each time, isn't what is measured. */
const CLIENTS: Readonly<Record<RealEngine, Clients>> = {
  postgres: {
    fill: `create table notes as select i, md5(i::text) || md5((i * 7)::text) || md5((i * 13)::text) as text from generate_series(1, 8000000) i`,
    rounds: 2,
    system: 'postgres',
    dump: (bench) => `pg_dump -Fc ${hostArgs(bench)} pad`,
    load: (bench) => `pg_restore --single-transaction --exit-on-error ${hostArgs(bench)} -d ${FRESH}`,
  },
  mariadb: {
    fill: `create table notes as select seq i, concat(md5(seq), md5(seq * 7), md5(seq * 13)) text from seq_1_to_2000000`,
    rounds: 4,
    system: 'mysql',
    dump: (bench) => `mariadb-dump ${socketArg(bench)} --single-transaction --quick --routines --triggers --events --hex-blob pad`,
    load: (bench) => `mariadb ${socketArg(bench)} --binary-mode ${FRESH}`,
  },
};

const sshCommand = ({ keyFile, port, user, host }: SshAccess, command: string): readonly string[] => [
  'ssh', '-q', '-i', keyFile, '-p', String(port), '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', `${user}@${host}`, command,
]; // prettier-ignore

async function onHost(engine: RealEngine, { ssh }: RealSwarm): Promise<Bench> {
  const host = { kind: 'host', name: 'bob' } as const;
  const way = 'a host over SSH';
  if (engine === 'postgres') {
    const server = await startHostPostgres();
    const at = { server: host, address: server.socket, port: server.port, runAs: 'postgres' };
    const sql = (name: string, text: string): Promise<string> => server.sql(name, text);
    const plain = (command: string): readonly string[] => sshCommand(ssh, `cd / && sudo -n -u postgres -- ${PG_BIN}/${command}`);
    return { way, ssh, socketPath: null, database: configured(engine, at), plain, sql, close: () => server.close() };
  }
  const server = await startHostMariadb();
  const database = configured(engine, { server: host, address: server.socket });
  return {
    way,
    ssh,
    socketPath: null,
    database,
    plain: (command) => sshCommand(ssh, command),
    sql: (name, text) => server.sql(name, text),
    close: () => server.close(),
  };
}

async function inContainer(engine: RealEngine, { ssh, socketPath }: RealSwarm, over: boolean): Promise<Bench> {
  const database = configured(engine, { server: { kind: 'service', name: SERVICE } });
  const server = await startServer({ engine, service: SERVICE, node: 'pica01', way: 'socket', databases: [database] });
  const at = await server.containers.find(SERVICE);
  const docker = [DOCKER, '-H', `unix://${socketPath}`, 'exec', '-i', at?.id ?? ''];
  return {
    way: over ? 'a container whose Docker is reached over SSH' : 'a container',
    ssh: over ? ssh : null,
    socketPath,
    database,
    plain: (command) => (over ? sshCommand(ssh, [...docker, 'sh', '-c', `'${command}'`].join(' ')) : [...docker, 'sh', '-c', command]),
    sql: (name, text) => server.sql(name, text),
    close: () => server.close(),
  };
}

const WAYS: readonly (readonly [way: string, start: (engine: RealEngine, swarm: RealSwarm) => Promise<Bench>])[] = [
  ['a host over SSH', onHost],
  ['a container', (engine, swarm) => inContainer(engine, swarm, false)],
  ['a container whose Docker is reached over SSH', (engine, swarm) => inContainer(engine, swarm, true)],
];

/**
 * Dump and load over each way, vigie's and the plain client's in a pipe in turn: whatever else a machine does meets both.
 * @param only part of `postgres on a host over SSH`: the others aren't measured
 */
export async function transferRows(only: string): Promise<readonly Row[]> {
  await labCommand('up', String(process.pid));
  const swarm = await realSwarm();
  const rows: Row[] = [];
  try {
    for (const engine of ['postgres', 'mariadb'] as const)
      for (const [way, start] of WAYS) {
        if (!`${engine} on ${way}`.includes(only)) continue;
        const bench = await start(engine, swarm);
        try {
          rows.push(...(await measure(engine, bench)));
        } finally {
          await bench.close();
        }
      }
    return rows;
  } finally {
    await labCommand('leave', String(process.pid));
  }
}

async function measure(engine: RealEngine, bench: Bench): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  const clients = CLIENTS[engine];
  const file = join(folder, 'plain.dump');
  const own = join(folder, 'vigie.dump');
  await bench.sql(clients.system, 'create database pad');
  await bench.sql('pad', clients.fill);
  const [plainDumps, dumps, plainLoads, loads]: [number[], Transfer[], number[], Transfer[]] = [[], [], [], []];
  const empty = async (): Promise<void> => {
    await bench.sql(clients.system, `drop database if exists ${FRESH}`);
    await bench.sql(clients.system, `create database ${FRESH}`);
  };
  try {
    // Once before it counts, so that the server has read its tables.
    await client(bench.plain(clients.dump(bench)), null, file);
    for (let round = 0; round < clients.rounds; round += 1) {
      // Each goes first as often as the other: what a transfer leaves to be written burdens the next one.
      await inTurn(round, [
        async () => void plainDumps.push(await client(bench.plain(clients.dump(bench)), null, file)),
        async () => {
          await rm(own, { force: true });
          dumps.push(await vigie(bench, 'dump', own));
        },
      ]);
      await inTurn(round, [
        async () => {
          await empty();
          plainLoads.push(await client(bench.plain(clients.load(bench)), file, null));
        },
        async () => {
          await empty();
          loads.push(await vigie(bench, 'load', own));
        },
      ]);
    }
    await bench.sql(clients.system, `drop database if exists ${FRESH}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const name = engine === 'postgres' ? 'PostgreSQL' : 'MariaDB';
  return [
    rowOf(`dump of ${name} on ${bench.way}`, dumps, plainDumps, 1.05),
    rowOf(`load of ${name} on ${bench.way}`, loads, plainLoads, 1.1),
  ];
}

async function inTurn(round: number, works: readonly (() => Promise<void>)[]): Promise<void> {
  for (const work of round % 2 === 0 ? works : works.toReversed()) await work();
}

function rowOf(what: string, own: readonly Transfer[], plain: readonly number[], most: number): Row {
  const times = own.map(({ ms }) => ms);
  const seconds = (values: readonly number[]): string => `${(quantile(values, 0.5) / 1_000).toFixed(1)} s`;
  const peak = Math.round(Math.max(...own.map((each) => each.peak)));
  const before = Math.round(Math.min(...own.map((each) => each.before)));
  return {
    what,
    measured: `${seconds(times)}; ${peak} MB (before ${before})`,
    aim: `≤ ${most}, ≤ 130 MB`,
    ...floorOf(quantile(times, 0.5) / 1_000, quantile(plain, 0.5) / 1_000, 's', 'the client in a pipe'),
  };
}

async function vigie({ database, ssh, socketPath }: Bench, what: TransferOrders['what'], file: string): Promise<Transfer> {
  const orders: TransferOrders = { what, database, ssh, socketPath, file, fresh: FRESH };
  const program = join(import.meta.dirname, 'transfer-child.ts');
  const { flags, env } = launch();
  const child = await promisify(execFile)(process.execPath, [...flags, program, JSON.stringify(orders)], { env });
  const transfer: Transfer = JSON.parse(child.stdout.trim().split('\n').at(-1) ?? '');

  return transfer;
}

/** @returns milliseconds */
async function client(command: readonly string[], from: string | null, to: string | null): Promise<number> {
  const [input, output] = [from === null ? null : await open(from, 'r'), to === null ? null : await open(to, 'w')];
  const begin = performance.now();
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: [input?.fd ?? 'ignore', output?.fd ?? 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}`);
  await output?.sync();
  const took = performance.now() - begin;

  await input?.close();
  await output?.close();
  return took;
}
