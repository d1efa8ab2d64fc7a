import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';

/** The versions that are tested: the newest of each major one that people still run. */
export const VERSIONS = ['9.5.3', '8.19.21', '7.17.29'] as const;
export type ElasticsearchVersion = (typeof VERSIONS)[number];

export interface ElasticsearchOptions {
  readonly version?: ElasticsearchVersion;
  /** Of the Java heap. */
  readonly heapMb?: number;
  /** Further settings of the node, `name=value`. */
  readonly settings?: readonly string[];
}

export interface Elasticsearch {
  /** On loopback, without a slash at the end. */
  readonly url: string;
  readonly version: ElasticsearchVersion;
  /** Its process, for what measures memory. */
  readonly pid: number;
  stop(): Promise<void>;
}

type Server = ChildProcessByStdio<Writable, Readable, Readable>;

const START = join(dirname(fileURLToPath(import.meta.url)), 'start');
/** Cold, with the compiler still to run, it takes 30 s; the jars are there already (install.sh). */
const START_MS = 170_000;
const STOP_MS = 30_000;

/**
 * Starts a real Elasticsearch of one node on a free port of loopback, empty. It ends with this process, whatever becomes of it.
 * @throws Error with what it has said, when it doesn't come up
 */
export async function startElasticsearch({
  version = '9.5.3',
  heapMb = 512,
  settings = [],
}: ElasticsearchOptions = {}): Promise<Elasticsearch> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-elasticsearch-'));
  const port = await freePort();
  const options = ['--attached', '--version', version, '--port', String(port), '--heap', `${heapMb}m`, '--data', folder];
  const server = spawn(START, [...options, ...settings], { stdio: ['pipe', 'pipe', 'pipe'] });
  // Its end shows in `exit`; writing to it is never tried.
  server.stdin.on('error', () => undefined);
  const clear = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    await ready(server);
  } catch (error) {
    await stop(server);
    await clear();
    throw error;
  }
  return {
    url: `http://127.0.0.1:${port}`,
    version,
    pid: server.pid ?? 0,
    async stop() {
      await stop(server);
      await clear();
    },
  };
}

/** Waits for the line that says so. */
function ready(server: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = '';
  const listen = (chunk: Buffer): void => {
    said = (said + chunk.toString()).slice(-10_000);
    if (/^READY /mu.test(said)) resolve();
  };
  server.stdout.on('data', listen);
  server.stderr.on('data', listen);
  server.once('error', reject);
  server.once('exit', (code) => reject(new Error(`Elasticsearch ended with code ${code}:\n${said}`)));
  const late = setTimeout(() => reject(new Error(`Elasticsearch did not start within ${START_MS} ms:\n${said}`)), START_MS);
  return promise.finally(() => clearTimeout(late));
}

async function stop(server: Server): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  const late = setTimeout(() => server.kill('SIGKILL'), STOP_MS);
  server.kill('SIGTERM');
  await ended;
  clearTimeout(late);
}
