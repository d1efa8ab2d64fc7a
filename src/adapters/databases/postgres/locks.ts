import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { Server } from '../dialect.ts';
import { rows } from './psql.ts';

const SHOWN = 3;
const HELD = `select json_build_object('table', relation::regclass::text, 'pid', pid) from pg_locks
  where locktype = 'relation' and granted and mode = 'AccessExclusiveLock' and relation >= 16384 and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid() order by pid limit ${SHOWN};`;

/** An error of a lock that didn't come, with the tables that somebody holds: the server doesn't say for which it waited. Any other one as it is. */
export async function namingLocks(server: Server, database: string, error: unknown, signal?: AbortSignal): Promise<unknown> {
  if (!(error instanceof VigieError) || !String(error.params['reason']).includes('due to lock timeout')) return error;
  const held = await rows(server, database, { sql: HELD, row: z.strictObject({ table: z.string(), pid: z.number() }) }, signal).catch(
    () => [],
  );
  if (held.length === 0) return error;
  const names = held.map(({ table, pid }) => `${table} by process ${pid}`).join(', ');
  return new VigieError(error.code, { ...error.params, reason: `${String(error.params['reason'])}: held is ${names}` }, error);
}
