import { randomBytes } from 'node:crypto';
import { askClient, type ClientAnswer } from '../client.ts';
import type { Access, Server } from '../dialect.ts';
import { failed } from '../failures.ts';
import type { Archive } from './archive.ts';
import { pgClient } from './psql.ts';
import type { TocEntry } from './toc.ts';

const CLEAN_UP_MS = 60_000;

export interface Listed {
  readonly entries: readonly TocEntry[];
  /** Where the archive goes: a database, or standard output. */
  readonly options: readonly string[];
  readonly input: AsyncIterable<Uint8Array>;
  /** Whose password is needed; null for none. */
  readonly access: Access | null;
}

/** pg_restore of some entries. The list of what to restore is a file beside the server: pg_restore takes it in no other way. */
export async function restoreListed(
  server: Server,
  { entries, options, input, access }: Listed,
  signal?: AbortSignal,
): Promise<ClientAnswer> {
  const list = `/tmp/vigie-${randomBytes(8).toString('hex')}.list`;
  await writeList(server, list, entries, signal);
  try {
    const as = { access: access ?? { ...server.access, password: null } };
    return await askClient(server.place, { ...pgClient('pg_restore', as, ['--no-owner', '-L', list, ...options]), input }, signal);
  } finally {
    await shell(server, { script: 'rm -f "$1"', path: list }, AbortSignal.timeout(CLEAN_UP_MS)).catch(() => undefined);
  }
}

/** What pg_restore would run for some entries of an archive that hold no rows: it is written, and nothing is run. */
export async function scriptOf(
  server: Server,
  { beginning }: Archive,
  entries: readonly TocEntry[],
  signal?: AbortSignal,
): Promise<string> {
  const answer = await restoreListed(server, { entries, options: ['-f', '-'], input: beginning(), access: null }, signal);
  if (answer.code !== 0) throw await failed(server, 'import_failed', answer);
  return answer.stdout;
}

async function writeList(server: Server, path: string, entries: readonly TocEntry[], signal?: AbortSignal): Promise<void> {
  await shell(server, { script: 'umask 077; set -C; cat > "$1"', path, input: linesOf(entries) }, signal);
}

async function* linesOf(entries: readonly TocEntry[]): AsyncGenerator<Uint8Array> {
  let block = '';
  for (const { line } of entries)
    for (let at = 0; at <= line.length;) {
      // Of an entry that stands for many lines some at once.
      const end = line.indexOf('\n', at + BLOCK_CHARACTERS);
      block += `${line.slice(at, end < 0 ? line.length : end)}\n`;
      at = (end < 0 ? line.length : end) + 1;
      if (block.length < BLOCK_CHARACTERS) continue;
      yield Buffer.from(block);
      block = '';
    }
  yield Buffer.from(block);
}

const BLOCK_CHARACTERS = 64 * 1024;

interface ShellCommand {
  readonly script: string;
  /** Its `$1`. */
  readonly path: string;
  readonly input?: AsyncIterable<Uint8Array>;
}

async function shell(server: Server, { script, path, input }: ShellCommand, signal?: AbortSignal): Promise<void> {
  const { stdout, ended } = await server.place.stream(['sh', '-c', script, 'sh', path], input === undefined ? {} : { input }, signal);
  for await (const _ of stdout);
  const end = await ended;
  if (end.code !== 0) throw await failed(server, 'import_failed', end);
}
