import { askClient } from '../client.ts';
import type { Dialect, Server, ServerState } from '../dialect.ts';
import { replication } from './asleep.ts';
import { barred } from './barred.ts';
import { catalogue } from './catalogue.ts';
import { create, drop } from './create.ts';
import { dump } from './dump.ts';
import { inspect, load } from './load.ts';
import { databases, identity, look } from './look.ts';
import { roleNames } from './owners.ts';
import { identifier, MAINTENANCE, pgClient, psql } from './psql.ts';
import { widened } from './readers.ts';
import { swap } from './swap.ts';

/** PostgreSQL 12 or newer. */
export const POSTGRES: Dialect = {
  superuser: 'postgres',
  dataPaths: ['/var/lib/postgresql', '/var/lib/pgsql'],
  scratchEnv: (password) => [`POSTGRES_PASSWORD=${password}`],
  state,
  identity,
  barred,
  dataFolder,
  databases,
  prepareScratch,
  look,
  catalogue,
  replication,
  dump,
  create,
  load,
  inspect,
  swap,
  widened,
  drop,
};

/** Roles that a dump names in a policy, say: without a way in, and without any right. */
async function prepareScratch(scratch: Server, live: Server, signal?: AbortSignal): Promise<void> {
  const [wanted, there] = [await roleNames(live, signal), await roleNames(scratch, signal)];
  const missing = wanted.filter((name) => !there.includes(name) && !name.startsWith('pg_'));
  if (missing.length > 0)
    await psql(scratch, MAINTENANCE, missing.map((name) => `create role ${identifier(name)} nologin;`).join('\n'), signal);
}

/** `pg_isready` ends with 1 where a server answers that it takes nobody yet. */
async function state({ place, access }: Server, signal?: AbortSignal): Promise<ServerState> {
  const port = access.port === null ? [] : ['-p', String(access.port)];
  const { code } = await askClient(place, pgClient('pg_isready', { access }, ['-h', '127.0.0.1', ...port]), signal);
  return code === 0 ? 'ready' : code === 1 ? 'starting' : 'away';
}

async function dataFolder(server: Server, signal?: AbortSignal): Promise<string | null> {
  return (await psql(server, MAINTENANCE, 'show data_directory;', signal))[0] ?? null;
}
