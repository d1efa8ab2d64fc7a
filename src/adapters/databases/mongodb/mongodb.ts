import { z } from 'zod';
import type { Dialect, Server } from '../dialect.ts';
import { create, drop } from './create.ts';
import { dump } from './dump.ts';
import { load } from './load.ts';
import { databases, identity, look } from './look.ts';
import { run } from './mongosh.ts';
import { swap } from './swap.ts';

/** MongoDB 5.0 or newer: before, images had no mongosh. It was never run against a real server: README says what was. */
export const MONGODB: Dialect = {
  superuser: 'root',
  dataPaths: ['/data/db'],
  scratchEnv: (password) => ['MONGO_INITDB_ROOT_USERNAME=root', `MONGO_INITDB_ROOT_PASSWORD=${password}`],
  ready,
  identity,
  databases,
  look,
  dump,
  create,
  load,
  swap,
  drop,
};

const options = z.object({ parsed: z.object({ processManagement: z.object({ fork: z.boolean() }).partial().optional() }) });

/** While an image prepares its first start, a server in the background answers already. */
async function ready(server: Server, signal?: AbortSignal): Promise<boolean> {
  const [answer] = await run(server, [{ db: 'admin', command: { getCmdLineOpts: 1 } }], signal);
  return options.parse(answer).parsed.processManagement?.fork !== true;
}
