import { askClient } from '../client.ts';
import type { Dialect, Server, ServerState } from '../dialect.ts';
import { replication } from './asleep.ts';
import { barred } from './barred.ts';
import { catalogue } from './catalogue.ts';
import { create, drop } from './create.ts';
import { dump } from './dump.ts';
import { inspect, load } from './load.ts';
import { databases, identity, look } from './look.ts';
import { propertiesFor } from './properties.ts';
import { MAINTENANCE, pgClient, psql } from './psql.ts';
import { widened } from './readers.ts';
import { prepareScratch } from './scratch-roles.ts';
import { swap } from './swap.ts';

/** PostgreSQL 12 or newer. */
export const POSTGRES: Dialect = {
  superuser: 'postgres',
  superuserVariable: 'POSTGRES_USER',
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
  properties: propertiesFor,
  replication,
  dump,
  create,
  load,
  inspect,
  swap,
  widened,
  drop,
};

/** `pg_isready` ends with 1 where a server answers that it takes nobody yet. */
async function state({ place, access }: Server, signal?: AbortSignal): Promise<ServerState> {
  const port = access.port === null ? [] : ['-p', String(access.port)];
  const { code } = await askClient(place, pgClient('pg_isready', { access }, ['-h', '127.0.0.1', ...port]), signal);
  return code === 0 ? 'ready' : code === 1 ? 'starting' : 'away';
}

async function dataFolder(server: Server, signal?: AbortSignal): Promise<string | null> {
  return (await psql(server, MAINTENANCE, 'show data_directory;', signal))[0] ?? null;
}
