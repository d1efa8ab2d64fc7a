import { VigieError } from '#kernel/errors.ts';
import { startClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed, failedBecause } from '../failures.ts';
import { namingLocks } from './locks.ts';
import { connectionArgs, pgClient, psql } from './psql.ts';

/** How every archive of pg_dump begins. */
const MAGIC = 'PGDMP';
/** For a table that somebody changes. */
const LOCK_TIMEOUT_MS = 120_000;
/** A client refuses servers of newer versions than its own. */
const MISMATCH = /^pg_dump: (?:detail: )?server version: (\S+).*; pg_dump version: (\S+)/mu;
/** What pg_dump says, beside its exit code, where something may be missing. (It also warns of circular foreign keys, which is harmless.) */
const MISSING = /error|fatal|could not|skipp/iu;

/** @throws dump_failed, dump_empty; what reaching the server throws */
export async function* dump(server: Server, database: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  // Says what is wrong with the server, or with the name, in the port's own words.
  await psql(server, database, 'select 1;', signal);
  const { name } = server.facts;
  const args = ['-Fc', `--lock-wait-timeout=${LOCK_TIMEOUT_MS}`, ...connectionArgs(server.access, database)];
  const { stdout, ended } = await startClient(server.place, pgClient('pg_dump', server, args), signal);
  let bytes = 0;
  for await (const chunk of stdout) {
    if (bytes < MAGIC.length && !MAGIC.startsWith(Buffer.from(chunk).toString('latin1', 0, MAGIC.length - bytes), bytes))
      throw failedBecause(server, 'dump_failed', 'what came is no archive of pg_dump');
    bytes += chunk.length;
    yield chunk;
  }
  const end = await ended;
  const mismatch = MISMATCH.exec(end.stderr);
  if (mismatch !== null) {
    const [, version = '', client = ''] = mismatch;
    throw new VigieError('database_client_old', { database: name, server: server.facts.server.name, version, client });
  }
  const complaint = end.stderr.split('\n').find((line) => MISSING.test(line));
  if (end.code !== 0 || complaint !== undefined)
    throw await namingLocks(server, database, await failed(server, 'dump_failed', end), signal);
  if (bytes === 0) throw new VigieError('dump_empty', { database: name });
}
