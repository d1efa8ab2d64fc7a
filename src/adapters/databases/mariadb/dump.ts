import { VigieError } from '#kernel/errors.ts';
import { startClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed, failedBecause } from '../failures.ts';
import { connectionArgs, mariadbClient } from './client.ts';
import { existing } from './look.ts';
import { Tail } from './tail.ts';

const OPTIONS = [
  '--single-transaction',
  '--quick',
  '--routines',
  '--triggers',
  '--events',
  '--hex-blob',
  '--skip-dump-date',
  '--max-allowed-packet=1G',
];
/** What the client says where something may be missing, whatever its code. */
const MISSING = /error|couldn't|could not|denied|skipp/iu;

/** @throws dump_failed, dump_empty, database_missing; what reaching the server throws */
export async function* dump(server: Server, database: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!(await existing(server, [database], signal)).has(database))
    throw new VigieError('database_missing', { database, server: server.facts.server.name });
  const { name } = server.facts;
  const args = [...connectionArgs(server.access), ...OPTIONS, database];
  const { stdout, ended } = await startClient(server.place, mariadbClient('mariadb-dump', server, args), signal);
  const tail = new Tail();
  for await (const chunk of stdout) {
    tail.add(chunk);
    yield chunk;
  }
  const end = await ended;
  const complaint = end.stderr.split('\n').find((line) => MISSING.test(line));
  if (end.code !== 0 || complaint !== undefined) throw await failed(server, 'dump_failed', end);
  if (tail.empty) throw new VigieError('dump_empty', { database: name });
  if (!tail.complete) throw failedBecause(server, 'dump_failed', 'it ends without its last line');
}
