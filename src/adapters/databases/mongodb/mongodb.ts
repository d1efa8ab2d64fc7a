import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { Dialect, Server, ServerState } from '../dialect.ts';
import { ALL_MADE } from '../statements.ts';
import { create, drop } from './create.ts';
import { dump } from './dump.ts';
import { inspect } from './inspect.ts';
import { load } from './load.ts';
import { databases, identity, look } from './look.ts';
import { run } from './mongosh.ts';
import { widened } from './readers.ts';
import { swap } from './swap.ts';

/** MongoDB 5.0 or newer: before, images had no mongosh. It was never run against a real server: README says what was. */
export const MONGODB: Dialect = {
  superuser: 'root',
  superuserVariable: 'MONGO_INITDB_ROOT_USERNAME',
  dataPaths: ['/data/db'],
  scratchEnv: (password) => ['MONGO_INITDB_ROOT_USERNAME=root', `MONGO_INITDB_ROOT_PASSWORD=${password}`],
  state,
  identity,
  dataFolder,
  databases,
  look,
  // Collections have indexes and options, and mongorestore brings them or fails.
  catalogue: () => Promise.resolve(null),
  dump,
  create,
  load: async (server, database, { dump }, signal) => {
    await load(server, database, dump, signal);
    return null;
  },
  inspect,
  async swap(server, names, signal) {
    await swap(server, names, signal);
    return ALL_MADE;
  },
  widened,
  drop,
};

const options = z.object({
  parsed: z.object({
    processManagement: z.object({ fork: z.boolean() }).partial().optional(),
    storage: z.object({ dbPath: z.string() }).partial().optional(),
  }),
});

/** While an image prepares its first start, a server in the background answers already. One that refuses is up. */
async function state(server: Server, signal?: AbortSignal): Promise<ServerState> {
  try {
    const [answer] = await run(server, [{ db: 'admin', command: { getCmdLineOpts: 1 } }], signal);
    return options.parse(answer).parsed.processManagement?.fork === true ? 'starting' : 'ready';
  } catch (error) {
    if (!(error instanceof VigieError)) throw error;
    return error.code === 'database_server_down' ? 'away' : 'starting';
  }
}

async function dataFolder(server: Server, signal?: AbortSignal): Promise<string | null> {
  const [answer] = await run(server, [{ db: 'admin', command: { getCmdLineOpts: 1 } }], signal);
  return options.parse(answer).parsed.storage?.dbPath ?? '/data/db';
}
