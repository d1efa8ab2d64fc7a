import { VigieError } from '#kernel/errors.ts';
import { startClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed, failedBecause } from '../failures.ts';
import { collectionsOf, OWN } from './collections.ts';
import { existing } from './look.ts';
import { MAGIC } from './prelude.ts';
import { stagedIn } from './staged.ts';
import { tool } from './tools.ts';

/** Neither users nor roles, which belong to the server. Each collection as it is when it is read: only a whole server can be dumped as of one moment. @throws dump_failed, dump_empty, database_missing */
export async function* dump(server: Server, database: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  await requireWhole(server, database, signal);
  const { name } = server.facts;
  const args = ['--archive', `--db=${database}`, `--excludeCollectionsWithPrefix=${OWN}`];
  const { stdout, ended } = await startClient(server.place, tool('mongodump', server, args), signal);
  let bytes = 0;
  for await (const chunk of stdout) {
    const start = MAGIC.subarray(bytes, bytes + chunk.length);
    if (!start.equals(chunk.subarray(0, start.length))) throw failedBecause(server, 'dump_failed', 'what came is no archive of mongodump');
    bytes += chunk.length;
    yield chunk;
  }
  const end = await ended;
  if (end.code !== 0 || /\bFailed: /u.test(end.stderr)) throw await failed(server, 'dump_failed', end);
  if (bytes === 0) throw new VigieError('dump_empty', { database: name });
}

/** @throws dump_failed while it has some collections of one database and some of another: what a swap that broke off has left */
async function requireWhole(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  if (!(await existing(server, [database], signal)).has(database))
    throw new VigieError('database_missing', { database, server: server.facts.server.name });
  const staged = stagedIn(server, await collectionsOf(server, database, signal));
  const homes = [...new Set(staged.map(({ home }) => home))];
  if (homes.length < 2) return;
  throw failedBecause(server, 'dump_failed', `a swap with ${homes.join(' and ')} stopped half-way in it`);
}
