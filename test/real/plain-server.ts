import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createDatabases, type ConfiguredDatabase } from '#adapters/databases/create-databases.ts';
import { systemClock } from '#kernel/clock.ts';
import { MemoryReports } from '#test/lab/databases/memory-reports.ts';
import { shellRemote } from '#test/lab/hosts/shell-remote.ts';
import { configured, type RealEngine, type RealServer } from './database-lab.ts';
import { startHostMariadb } from './host-mariadb.ts';
import { startHostPostgres } from './host-postgres.ts';

const run = promisify(execFile);
const HOST = 'bob';

/** What tests need of a server that say nothing of containers. */
export type PlainServer = Pick<RealServer, 'databases' | 'reports' | 'sh' | 'sql' | 'close'>;

/**
 * The servers and clients of the images, on this machine: nothing is between them and vigie, so that a test takes a third of its time. (Containers and SSH are the contract's.)
 * @param databases beside `pad`: what each has otherwise
 */
export async function startPlainServer(engine: RealEngine, databases: readonly Partial<ConfiguredDatabase>[] = []): Promise<PlainServer> {
  const { server, at, env, as } = await started(engine);
  const sh = async (script: string, input = ''): Promise<string> => {
    const words = [...as, 'sh', '-c', script];
    const running = run(words[0] ?? '', words.slice(1), { cwd: '/', env: { ...process.env, ...env }, maxBuffer: 1024 ** 3 });
    // What reads nothing closes its input.
    running.child.stdin?.on('error', () => undefined).end(input);
    return (await running).stdout.trim();
  };
  const reports = new MemoryReports();
  return {
    reports,
    databases: createDatabases({
      containers: null,
      hosts: new Map([[HOST, shellRemote(HOST)]]),
      clock: systemClock,
      reports,
      databases: [{}, ...databases].map((each) => configured(engine, { server: { kind: 'host', name: HOST }, ...at, ...each })),
    }),
    // Each statement by itself, as in a container.
    sql: (database, sql) =>
      engine === 'postgres' ? sh(`exec psql -X -q -A -t -v ON_ERROR_STOP=1 -d "${database}"`, sql) : server.sql(database, sql),
    sh,
    close: () => server.close(),
  };
}

async function started(engine: RealEngine) {
  if (engine === 'mariadb') {
    const server = await startHostMariadb();
    return { server, at: { address: server.socket }, env: { MYSQL_TCP_PORT: String(server.port) }, as: [] };
  }
  const server = await startHostPostgres();
  const { socket, port } = server;
  const env = { PGHOST: socket, PGPORT: String(port), PGUSER: 'postgres', PATH: `/usr/lib/postgresql/15/bin:${process.env['PATH'] ?? ''}` };
  return { server, at: { address: socket, port, runAs: 'postgres' }, env, as: ['runuser', '-u', 'postgres', '--'] };
}
