import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configured, startServer, type RealServer } from '#test/real/database-lab.ts';
import { fillGigabyte, measureGigabyte, ROWS } from '#test/real/gigabyte.ts';
import { labCommand } from '#test/real/swarm.ts';
import { floorOf, type Row } from './table.ts';

const SERVICE = 'bench';
const GIB = 2 ** 30;
/** Why databases can't be measured here; null when they can. */
export async function lackingForDatabases(): Promise<string | null> {
  const there = await access('/usr/sbin/dockerd').then(
    () => true,
    () => false,
  );
  return there && process.getuid?.() === 0 ? null : 'they need root on Debian with what test/real/install.sh installs';
}

/** Dump and restore of a database of 1 GB in a container of a real Swarm: vigie's against the server's own clients and a file. */
export async function databaseRows(): Promise<readonly Row[]> {
  await labCommand('up', String(process.pid));
  const folder = await mkdtemp(join(tmpdir(), 'vigie-bench-'));
  const pad = configured('postgres', { server: { kind: 'service', name: SERVICE } });
  const server = await startServer({ engine: 'postgres', service: SERVICE, node: 'pica01', way: 'socket', databases: [pad] });
  try {
    await fillGigabyte(server);
    return rowsOf(await measure(server, folder));
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
    await labCommand('leave', String(process.pid));
  }
}

async function measure(server: RealServer, folder: string) {
  const sizeBytes = Number(await server.sql('postgres', "select pg_database_size('pad')"));
  const file = join(folder, 'client.dump');
  // Once before it counts, so that the server has read its tables.
  await client(server, ['pg_dump', '-Fc', 'pad'], null, file);
  const dumped = await client(server, ['pg_dump', '-Fc', 'pad'], null, file);
  const { size } = await stat(file);
  await server.sql('postgres', 'create database plain owner pad');
  const restored = await client(server, ['pg_restore', '--single-transaction', '--exit-on-error', '-d', 'plain'], file, null);
  await server.sql('postgres', 'drop database plain');
  const vigie = await measureGigabyte(server, SERVICE, folder);
  if (vigie.rows !== ROWS) throw new Error(`restored ${vigie.rows} rows of ${ROWS}`);
  return { sizeBytes, size, dumped, restored, vigie };
}

/** Runs the server's own client beside it, piped from or to a file. @returns milliseconds */
async function client(server: RealServer, command: readonly string[], from: string | null, to: string | null): Promise<number> {
  const at = await server.containers.find(SERVICE);
  if (at === null) throw new Error('the server does not run');
  const [input, output] = [from === null ? null : await open(from, 'r'), to === null ? null : await open(to, 'w')];
  const begin = performance.now();
  const docker = ['-H', `unix://${server.swarm.socketPath}`, 'exec', '-i', at.id, ...command];
  const child = spawn('/usr/bin/docker', docker, { stdio: [input?.fd ?? 'ignore', output?.fd ?? 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}`);
  await output?.sync();
  const took = performance.now() - begin;
  await input?.close();
  await output?.close();
  return took;
}

function rowsOf({ sizeBytes, size, dumped, restored, vigie }: Awaited<ReturnType<typeof measure>>): readonly Row[] {
  const of = `${(sizeBytes / GIB).toFixed(2)} GiB of PostgreSQL, ${(size / GIB).toFixed(2)} GiB dumped`;
  const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
  const than = (ms: number, plain: number): Pick<Row, 'measured' | 'floor'> => ({
    measured: seconds(ms),
    ...floorOf(ms / 1_000, plain / 1_000, 's', "pg's client"),
  });
  return [
    { what: `dump to a file, ${of}`, ...than(vigie.written, dumped), aim: 'within 10 %' },
    { what: 'the whole backup: rows counted twice, dumped, read back', measured: seconds(vigie.taken), aim: '' },
    { what: 'restore from that file', ...than(vigie.loaded, restored), aim: 'within 10 %' },
    {
      what: 'memory at its most, all of vigie loaded',
      measured: `${Math.round(vigie.peak)} MB (before ${Math.round(vigie.before)})`,
      aim: '< 150 MB',
    },
  ];
}
