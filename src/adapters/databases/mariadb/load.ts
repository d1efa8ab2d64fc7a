import { createHash, randomBytes } from 'node:crypto';
import { beforeAbort } from '#kernel/abort.ts';
import type { Statements } from '#ports/databases.ts';
import { askClient, type ClientAnswer } from '../client.ts';
import type { Access, Loadable, Server } from '../dialect.ts';
import { failed, failedBecause } from '../failures.ts';
import { keptStatements } from '../statements.ts';
import { account, connectionArgs, ERROR_FIRST, grantScope, identifier, keptSession, literal, mariadbClient, sql } from './client.ts';
import { withAnyDates } from './dates.ts';
import { withoutDefiners } from './definers.ts';
import { withoutParts } from './left-out.ts';
import { withLongStatements } from './packets.ts';
import { inItsOwnDatabase } from './sequences.ts';
import { Tail } from './tail.ts';
import { whileCreatorsAreTrusted } from './trusted.ts';

const CLEAN_UP_MS = 30_000;

/** The account that loads a database: always the same one, so that what a load that broke off left behind is found again. */
export function loaderOf(database: string): string {
  return `vigie_load_${createHash('sha256').update(database).digest('hex').slice(0, 12)}`;
}

/** @throws import_failed unless nothing is in it yet: MariaDB has no transaction that a load could be undone by */
async function requireEmpty(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const found = await sql(server, `show tables from ${identifier(database)};`, signal);
  if (found.length > 0) throw failedBecause(server, 'import_failed', `${database} is not empty`);
}

/**
 * Loads a dump as an account that may do everything in the new database and nothing elsewhere. Of the client's own commands none is on: they would run outside of the server. The account is locked
 * afterwards, and stays as the one in whose name views and triggers run, until a swap gives them to another.
 */
export async function load(server: Server, database: string, what: Loadable, signal?: AbortSignal): Promise<Statements | null> {
  const sessions = keptSession(server, signal);
  const asking = { ...server, sessions };
  try {
    await requireEmpty(asking, database, signal);
    const name = loaderOf(database);
    const password = randomBytes(24).toString('hex');
    const loader = account(name, server.access);
    const made = `create or replace user ${loader} identified by '${password}';\ngrant all privileges on ${grantScope(database)} to ${loader};`;
    await sql(asking, made, signal);
    try {
      return await loadAs(asking, { database, access: { ...server.access, user: name, password }, what }, signal);
    } finally {
      await lock(asking, loader).catch(() => undefined);
    }
  } finally {
    await sessions.close();
  }
}

/** The server may have ended the session that is kept: it had nothing to say for as long as the load took. */
async function lock(server: Server, loader: string): Promise<void> {
  const text = `alter user if exists ${loader} account lock;`;
  const late = AbortSignal.timeout(CLEAN_UP_MS);
  await beforeAbort(late, sql(server, text)).catch(() => sql(server, text, late, { apart: true }));
}

interface Loading {
  readonly database: string;
  /** The loader's. */
  readonly access: Access;
  readonly what: Loadable;
}

async function loadAs(server: Server, { database, access, what }: Loading, signal?: AbortSignal): Promise<Statements | null> {
  const tail = new Tail();
  const args = ['--binary-mode', '--local-infile=0', ERROR_FIRST, AS_IT_WAS, '--max-allowed-packet=1G', ...connectionArgs(access), database]; // prettier-ignore
  const statements: string[] = [];
  const parts = withoutParts(watched(what.dump, tail), what.without, (text) => statements.push(text));
  const input = inItsOwnDatabase(withoutDefiners(withAnyDates(parts)), server.facts.database);
  const act = (): Promise<ClientAnswer> => askClient(server.place, { ...mariadbClient('mariadb', { access }, args), input }, signal);
  const connected = (): Promise<void> => untilConnected(server, access.user, signal);
  const loading = (): Promise<ClientAnswer> => withLongStatements(server, database, { act, connected }, signal);
  const answer = await whileCreatorsAreTrusted(server, database, loading, signal);
  if (answer.code !== 0) throw await failed(server, 'import_failed', answer);
  if (!tail.complete) throw failedBecause(server, 'import_failed', 'the dump breaks off: its last line is missing', 'dump');
  return await keptStatements(server, statements.join(''));
}

/** Rows are taken as they were in the live database, whatever its checks say of them by now. */
const AS_IT_WAS = '--init-command=set session max_statement_time = 0, check_constraint_checks = 0';

const LOOKS = 200;

/** Asks the server again and again, in one session: 10 s at most. */
async function untilConnected(server: Server, user: string, signal?: AbortSignal): Promise<void> {
  const look = `do (select sleep(0.05) from (select 1) x where not exists (select 1 from information_schema.processlist where user = ${literal(user)}));`;
  await sql(server, Array.from({ length: LOOKS }, () => look).join('\n'), signal, { apart: true });
}

async function* watched(dump: AsyncIterable<Uint8Array>, tail: Tail): AsyncGenerator<Uint8Array> {
  for await (const chunk of dump) {
    tail.add(chunk);
    yield chunk;
  }
}
