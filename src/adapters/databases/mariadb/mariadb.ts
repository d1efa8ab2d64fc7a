import { askClient } from '../client.ts';
import type { Dialect, Server, ServerState } from '../dialect.ts';
import { mariadbClient, sql } from './client.ts';
import { catalogue } from './catalogue.ts';
import { create, drop } from './create.ts';
import { dump } from './dump.ts';
import { inspect } from './inspect.ts';
import { load } from './load.ts';
import { databases, identity, look } from './look.ts';
import { unmovable } from './outside-files.ts';
import { widened } from './readers.ts';
import { swap } from './swap.ts';

/** MariaDB 10.6 or newer: before, a RENAME TABLE of many tables could be done half, and routines could not be made by their bytes. */
export const MARIADB: Dialect = {
  superuser: 'root',
  superuserVariable: null,
  dataPaths: ['/var/lib/mysql'],
  scratchEnv: (password) => [`MARIADB_ROOT_PASSWORD=${password}`, `MYSQL_ROOT_PASSWORD=${password}`],
  state,
  identity,
  dataFolder,
  databases,
  look,
  catalogue,
  dump,
  create,
  load,
  inspect,
  swap,
  widened,
  unmovable,
  drop,
};

/** A server that refuses an account answers: it is up. So is one that says anything else. */
async function state({ place, access }: Server, signal?: AbortSignal): Promise<ServerState> {
  const port = access.port === null ? [] : ['-P', String(access.port)];
  const args = ['-h', '127.0.0.1', '--protocol=tcp', '-u', access.user, ...port, 'ping'];
  const { code, stderr } = await askClient(place, mariadbClient('mariadb-admin', { access }, args), signal);
  if (code === 0) return 'ready';
  return /Can't connect|Lost connection|not found/u.test(stderr) || stderr === '' ? 'away' : 'starting';
}

async function dataFolder(server: Server, signal?: AbortSignal): Promise<string | null> {
  return (await sql(server, 'select @@datadir;', signal))[0]?.[0] ?? null;
}
