import { askClient, type ClientAnswer, HANDED_OVER } from '../client.ts';
import type { Access, Server } from '../dialect.ts';
import { failed } from '../failures.ts';
import type { Archive } from './archive.ts';
import { pgClient } from './psql.ts';
import { RestoreList } from './restore-list.ts';
import type { TocEntry } from './toc.ts';

export interface Listed {
  readonly entries: readonly TocEntry[];
  /** Where the archive goes: a database, or standard output. */
  readonly options: readonly string[];
  readonly input: AsyncIterable<Uint8Array>;
  /** Whose password is needed; null for none. */
  readonly access: Access | null;
  /** One that was begun before: whoever did removes it. */
  readonly list?: RestoreList;
}

/** pg_restore of some entries. */
export async function restoreListed(
  server: Server,
  { entries, options, input, access, list: begun }: Listed,
  signal?: AbortSignal,
): Promise<ClientAnswer> {
  const list = begun ?? new RestoreList(server, signal);
  try {
    const as = { access: access ?? { ...server.access, password: null } };
    const client = pgClient('pg_restore', as, ['--no-owner', '-L', HANDED_OVER, ...options]);
    const answer = await askClient(server.place, { ...client, input, file: await list.write(entries) }, signal);
    list.taken();
    return answer;
  } finally {
    if (begun === undefined) await list.remove();
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
