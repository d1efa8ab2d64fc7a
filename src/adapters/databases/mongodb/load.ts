import { beforeAbort } from '#kernel/abort.ts';
import { isPlain, isServersOwn } from '#domain/database/names.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import type { VigieError } from '#kernel/errors.ts';
import { askClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed, failedBecause } from '../failures.ts';
import { joined } from '../joined.ts';
import { collectionsOf, PLACEHOLDER, OWN } from './collections.ts';
import { dropLoader, makeLoader } from './loader.ts';
import { type Announced, preludeOf } from './prelude.ts';
import { tool } from './tools.ts';

const CLEAN_UP_MS = 30_000;
/** Beyond this an archive's table of contents isn't looked for any more: it is held in memory. */
const MOST_BYTES = BOUNDS.archiveHead.most;

/**
 * Loads an archive as an account that may do everything in the new database and nothing elsewhere; of the archive, nothing passes but the one database that it was made of. Functions that were stored
 * in that (`system.js`) are left out: they stay what the live database has.
 */
export async function load(server: Server, database: string, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
  const found = (await collectionsOf(server, database, signal)).find(({ name }) => name !== PLACEHOLDER);
  if (found !== undefined) throw failure(server, `${database} is not empty`);
  const { from, whole } = await openArchive(server, dump, signal);
  const access = await makeLoader(server, database, signal);
  try {
    const spaces = [`--nsInclude=${from}.*`, `--nsExclude=${from}.system.js`, `--nsFrom=${from}.*`, `--nsTo=${database}.*`];
    const args = ['--archive', '--stopOnError', ...spaces];
    const answer = await askClient(server.place, { ...tool('mongorestore', { access }, args), input: whole }, signal);
    const lost = /(\d+) document\(s\) failed to restore/u.exec(answer.stderr)?.[1] ?? '0';
    if (answer.code !== 0 || /\bFailed: /u.test(answer.stderr)) throw await failed(server, 'import_failed', answer);
    if (lost !== '0') throw failure(server, `${lost} documents could not be loaded`, 'dump');
  } finally {
    await dropLoader(server, database, AbortSignal.timeout(CLEAN_UP_MS)).catch(() => undefined);
  }
}

interface Archive {
  /** The database that it was made of. */
  readonly from: string;
  /** From its first byte. May be read once. */
  readonly whole: AsyncIterable<Uint8Array>;
}

/** Reads what an archive announces before anything is loaded. @throws import_failed for one that isn't of a single, ordinary database */
async function openArchive(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Archive> {
  const source = dump[Symbol.asyncIterator]();
  let beginning = Buffer.alloc(0);
  try {
    for (;;) {
      const next = await beforeAbort(signal, source.next());
      if (next.done === true) throw failure(server, 'it breaks off in its table of contents', 'dump');
      beginning = Buffer.concat([beginning, next.value]);
      const announced = readPrelude(server, beginning);
      if (announced !== null) return { from: originOf(server, announced), whole: joined(beginning, source) };
      if (beginning.length > MOST_BYTES) throw failure(server, 'its table of contents has no end');
    }
  } catch (error) {
    await source.return?.();
    throw error;
  }
}

function readPrelude(server: Server, beginning: Buffer): readonly Announced[] | null {
  try {
    return preludeOf(beginning);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw failure(server, error.message, 'dump');
  }
}

/** Those that only a server may write. */
const FOREIGN_COLLECTION = new RegExp(`^(?:\\$|${OWN}|system\\.(?!js$|views$|profile$))`, 'u');

function originOf(server: Server, announced: readonly Announced[]): string {
  const [from = '', ...others] = [...new Set(announced.map(({ db }) => db))];
  if (announced.length === 0) throw failure(server, 'it holds no collection', 'dump');
  if (others.length > 0) throw failure(server, `it holds several databases: ${[from, ...others].join(', ')}`);
  if (!isPlain(from) || from.includes('.') || isServersOwn('mongodb', from)) throw failure(server, `it holds the database ${from}`);
  const series = announced.find(({ type, collection }) => type === 'timeseries' || collection.startsWith('system.buckets.'));
  if (series !== undefined) throw failure(server, `it holds the time series ${series.collection}, which vigie can't restore`);
  const foreign = announced.find(({ collection }) => collection === '' || FOREIGN_COLLECTION.test(collection));
  if (foreign !== undefined) throw failure(server, `it holds ${from}.${foreign.collection}, which is no collection of a database`);
  return from;
}

function failure(server: Server, reason: string, fault: 'dump' | 'other' = 'other'): VigieError {
  return failedBecause(server, 'import_failed', reason, fault);
}
