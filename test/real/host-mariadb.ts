import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { until } from './swarm.ts';

const run = promisify(execFile);
const PASSWORD = 'lookout';

/** Debian's MariaDB on this machine, with the ways of a host: a socket that asks who one is, and a port that asks for a password. */
export interface HostMariadb {
  /** Path of its socket. */
  readonly socket: string;
  readonly port: number;
  /** Of `admin`, who may everything. */
  readonly password: string;
  /** SQL as root. @returns what it printed, trimmed */
  sql(database: string, sql: string, ...options: readonly string[]): Promise<string>;
  /** The server's own client for dumps, as root. @returns what it printed, also where it failed */
  dump(...args: readonly string[]): Promise<string>;
  start(): Promise<void>;
  /** At once, as a crash would. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server of its own, with data of its own: one that the machine has is left alone. @param settings of `mariadbd` */
export async function startHostMariadb(settings: readonly string[] = []): Promise<HostMariadb> {
  const folder = await mkdtemp('/tmp/vigie-my-');
  await chmod(folder, 0o755);
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const port = await freePort();
  await run('mariadb-install-db', ['--no-defaults', `--datadir=${data}`, '--skip-test-db', '--auth-root-authentication-method=socket']);
  await run('chown', ['-R', 'mysql:', folder]);
  const client = async (program: string, args: readonly string[], input = ''): Promise<string> => {
    const running = run(program, ['--no-defaults', '-uroot', '-S', socket, ...args], { maxBuffer: 1024 ** 3 });
    // A client that reads nothing closes its input.
    running.child.stdin?.on('error', () => undefined).end(input);
    return (await running).stdout;
  };
  let ended: Promise<unknown> = Promise.resolve();
  let kill: () => void = () => undefined;
  const server: HostMariadb = {
    socket,
    port,
    password: PASSWORD,
    sql: async (database, sql, ...options) =>
      (await client('mariadb', ['--default-character-set=utf8mb4', '-N', ...options, database], sql)).trim(),
    dump: async (...args) => {
      try {
        return await client('mariadb-dump', ['--default-character-set=utf8mb4', ...args]);
      } catch (error) {
        if (error instanceof Error && 'stdout' in error) return String(error.stdout);
        throw error;
      }
    },
    async start() {
      const words = [
        '--no-defaults', '--user=mysql', `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1', '--skip-name-resolve', '--innodb-flush-log-at-trx-commit=0', `--log-error=${folder}/log`, ...settings,
      ]; // prettier-ignore
      const child = spawn('/usr/sbin/mariadbd', words, { stdio: 'ignore' });
      ended = new Promise((resolve) => child.once('exit', resolve));
      kill = () => void child.kill('SIGKILL');
      await until('MariaDB to answer', () => server.sql('mysql', 'select 1').then(() => true, () => false)); // prettier-ignore
    },
    async stop() {
      kill();
      await ended;
    },
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  await server.sql(
    'mysql',
    `create user admin@'127.0.0.1' identified by '${PASSWORD}'; grant all on *.* to admin@'127.0.0.1' with grant option`,
  );
  return server;
}
