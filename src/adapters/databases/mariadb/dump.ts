import { VigieError } from '#kernel/errors.ts';
import { startClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed, failedBecause } from '../failures.ts';
import { connectionArgs, identifier, keptSession, literal, mariadbClient, sql } from './client.ts';
import { brokenViews } from './broken-views.ts';
import { countsTransactions } from './history.ts';
import { whileLocksAreFree } from './locks.ts';
import { existing, STORED } from './look.ts';
import { OWN_TABLES } from './notes.ts';
import { Tail } from './tail.ts';

const OPTIONS = [
  '--single-transaction',
  '--quick',
  '--routines',
  '--triggers',
  '--events',
  // A table that is locked for its rows takes no number from a sequence that isn't.
  '--skip-add-locks',
  '--hex-blob',
  '--skip-dump-date',
  '--max-allowed-packet=1G',
  '--loose-max-statement-time=0',
];
/** Of system-versioned tables; clients before 10.11 know nothing of it. */
const HISTORY = '--loose-dump-history';
/** What the client says where something may be missing, whatever its code. */
const MISSING = /error|couldn't|could not|denied|skipp/iu;

/** The client has no limit of its own: it would wait for a table that somebody holds for a day. @throws dump_failed with the table's name */
async function requireFree(server: Server, database: string, names: readonly string[], signal?: AbortSignal): Promise<void> {
  const script = names.map((name) => `select 1 from ${identifier(database)}.${identifier(name)} limit 0;`);
  try {
    await whileLocksAreFree(server, database, { seconds: LOCK_SECONDS, names, script, first: 'start transaction read only;' }, signal);
  } catch (error) {
    const reason = error instanceof VigieError ? String(error.params['reason']) : '';
    // Whatever else is wrong with a table, the dump's own client says it.
    if (reason.startsWith('ERROR 1205 ')) throw failedBecause(server, 'dump_failed', reason);
    if (!(error instanceof VigieError) || error.code !== 'database_refused') throw error;
  }
}

const LOCK_SECONDS = 60;

/**
 * Waits until nobody holds a table.
 * @returns options: its views that nobody can read any more aren't asked for, nor tables of vigie's names, its history is where that can be had
 * @throws database_missing; dump_failed with the name of a table that stays held
 */
async function prepare(server: Server, database: string, signal?: AbortSignal): Promise<readonly string[]> {
  const sessions = keptSession(server, signal);
  const asking = { ...server, sessions };
  try {
    if (!(await existing(asking, [database], signal)).has(database))
      throw new VigieError('database_missing', { database, server: server.facts.server.name });
    const text = `select table_name from information_schema.tables where table_schema = ${literal(database)} and ${STORED};`;
    const names = (await sql(asking, text, signal)).map(([name = '']) => name);
    await requireFree(server, database, names, signal);
    const broken = await brokenViews(asking, database, signal);
    const history = (await countsTransactions(asking, database, signal)) ? [] : [HISTORY];
    return [...history, ...[...broken, ...OWN_TABLES].map((name) => `--ignore-table=${database}.${name}`)];
  } finally {
    await sessions.close();
  }
}

/** @throws dump_failed, dump_empty, database_missing; what reaching the server throws */
export async function* dump(server: Server, database: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const options = await prepare(server, database, signal);
  const { name } = server.facts;
  const args = [...connectionArgs(server.access), ...OPTIONS, ...options, database];
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
