import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const run = promisify(execFile);
const BIN = '/usr/lib/postgresql/15/bin';
const PASSWORD = 'lookout';

/** Debian's PostgreSQL on this machine, with the ways of a host: a socket that asks who one is, and a port that asks for a password. */
export interface HostPostgres {
  /** Folder of its socket. */
  readonly socket: string;
  readonly port: number;
  /** The superuser's. */
  readonly password: string;
  /** SQL as the superuser. @returns what it printed, trimmed */
  sql(database: string, sql: string): Promise<string>;
  /** A script of several sessions (`\\connect`), as the superuser. */
  script(database: string, sql: string): Promise<void>;
  /** pg_dump as the superuser. @returns what it printed */
  dump(...args: readonly string[]): Promise<string>;
  /** @param more settings of this time alone */
  start(more?: readonly string[]): Promise<void>;
  /** At once, as a crash would. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

interface Making {
  readonly programs?: string;
  /** As `POSTGRES_USER` of an image names it: there is no other. */
  readonly superuser?: string;
  readonly fill?: string;
}

/**
 * Starts a server of its own, with data of its own: one that the machine has is left alone. Clients are always Debian's.
 * @param more settings, as `wal_level=logical`
 * @param programs of the server: Debian's by default
 * @param fill makes the data, in the folder that is its first argument
 */
export async function startHostPostgres(
  more: readonly string[] = [],
  { programs = BIN, superuser = 'postgres', fill = initdb(programs, superuser) }: Making = {},
): Promise<HostPostgres> {
  const folder = await mkdtemp('/tmp/vigie-pg-');
  await run('chown', ['postgres:', folder]);
  const data = join(folder, 'data');
  const port = await freePort();
  await asPostgres(`printf %s ${PASSWORD} > "$1/password"\n${fill}`, folder);
  const settings = (further: readonly string[]): string =>
    `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder} -c fsync=off${[...more, ...further].map((each) => ` -c ${each}`).join('')}`;
  const server: HostPostgres = {
    socket: folder,
    port,
    password: PASSWORD,
    sql: (database, sql) =>
      asPostgres(
        `exec ${BIN}/psql -U ${superuser} -X -q -A -t -v ON_ERROR_STOP=1 -h "$1" -p ${port} -d "$2" -c "$3"`,
        folder,
        database,
        sql,
      ),
    script: async (database, sql) =>
      void (await asPostgres(
        `printf %s "$3" | ${BIN}/psql -U ${superuser} -X -q -v ON_ERROR_STOP=1 -h "$1" -p ${port} -d "$2" -f -`,
        folder,
        database,
        sql,
      )),
    dump: (...args) =>
      asPostgres(
        `folder=$1; shift; exec env PGOPTIONS="-c statement_timeout=0 -c lock_timeout=0" ${BIN}/pg_dump -U ${superuser} -h "$folder" -p ${port} "$@"`,
        folder,
        ...args,
      ),
    start: async (further = []) =>
      void (await asPostgres(`${programs}/pg_ctl -w -D "$1" -l "$1/../log" -o "$2" start`, data, settings(further))),
    stop: async () => void (await asPostgres(`${programs}/pg_ctl -w -m immediate -D "$1" stop`, data)),
    async close() {
      await server.stop().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function initdb(programs: string, superuser: string): string {
  return `${programs}/initdb -U ${superuser} -D "$1/data" --pwfile="$1/password" --no-sync --auth-local=${superuser === 'postgres' ? 'peer' : 'trust'} --auth-host=scram-sha-256 --locale=C.UTF-8 -E UTF8`;
}

/** @returns what a shell script of the server's account printed, trimmed */
async function asPostgres(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run('runuser', ['-u', 'postgres', '--', 'sh', '-ec', script, 'sh', ...args], { cwd: '/', maxBuffer: 1024 ** 3 });
  return stdout.trim();
}
