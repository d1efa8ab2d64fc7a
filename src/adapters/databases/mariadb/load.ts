import { createHash, randomBytes } from 'node:crypto';
import { askClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed, failedBecause } from '../failures.ts';
import { account, connectionArgs, ERROR_FIRST, grantScope, identifier, mariadbClient, sql, UNLIMITED } from './client.ts';
import { withoutDefiners } from './definers.ts';
import { Tail } from './tail.ts';

const CLEAN_UP_MS = 30_000;

/** The account that loads a database: always the same one, so that what a load that broke off left behind is found again. */
export function loaderOf(database: string): string {
  return `vigie_load_${createHash('sha256').update(database).digest('hex').slice(0, 12)}`;
}

/** @throws import_failed unless nothing is in it yet: MariaDB has no transaction that a load could be undone by */
async function requireEmpty(server: Server, database: string, signal?: AbortSignal): Promise<void> {
  const found = await sql(server, `use ${identifier(database)};\nshow tables;`, signal);
  if (found.length > 0) throw failedBecause(server, 'import_failed', `${database} is not empty`);
}

/**
 * Loads a dump as an account that may do everything in the new database and nothing elsewhere. Of the client's own commands none is on: they would run outside of the server. The account is locked
 * afterwards, and stays as the one in whose name views and triggers run, until a swap gives them to another.
 */
export async function load(server: Server, database: string, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
  await requireEmpty(server, database, signal);
  const name = loaderOf(database);
  const loader = account(name, server.access);
  const password = randomBytes(24).toString('hex');
  await sql(
    server,
    `create or replace user ${loader} identified by '${password}';\ngrant all privileges on ${grantScope(database)} to ${loader};`,
    signal,
  );
  const access = { ...server.access, user: name, password };
  const tail = new Tail();
  try {
    const args = [
      '--binary-mode',
      '--local-infile=0',
      ERROR_FIRST,
      UNLIMITED,
      '--max-allowed-packet=1G',
      ...connectionArgs(access),
      database,
    ];
    const input = withoutDefiners(watched(dump, tail));
    const answer = await askClient(server.place, { ...mariadbClient('mariadb', { access }, args), input }, signal);
    if (answer.code !== 0) throw await failed(server, 'import_failed', answer);
    if (!tail.complete) throw failedBecause(server, 'import_failed', 'the dump breaks off: its last line is missing');
  } finally {
    await sql(server, `alter user if exists ${loader} account lock;`, AbortSignal.timeout(CLEAN_UP_MS)).catch(() => undefined);
  }
}

async function* watched(dump: AsyncIterable<Uint8Array>, tail: Tail): AsyncGenerator<Uint8Array> {
  for await (const chunk of dump) {
    tail.add(chunk);
    yield chunk;
  }
}
