import { answerOf, type ClientAnswer, HANDED_OVER, type Orders, readyClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed } from '../failures.ts';
import type { Archive } from './archive.ts';
import { pgClient } from './psql.ts';
import { restoreList } from './restore-list.ts';
import type { TocEntry } from './toc.ts';

export interface Listed {
  readonly entries: readonly TocEntry[];
  /** Without blanks. */
  readonly options: readonly string[];
  readonly input: AsyncIterable<Uint8Array>;
  /** Null for none. */
  readonly password: string | null;
}

/** One pg_restore of some entries. It stands ready until it is known which, and whoever began it ends it. */
export class ReadyRestore {
  readonly #orders = Promise.withResolvers<Orders | null>();
  readonly #answer: Promise<ClientAnswer>;

  /** @param to where the archive goes, and how: arguments for a database, or for standard output */
  constructor(server: Server, to: readonly string[], signal?: AbortSignal) {
    const client = pgClient('pg_restore', server, ['-L', HANDED_OVER, ...to]);
    this.#answer = readyClient(server.place, client, this.#orders.promise, signal).then(answerOf);
    // Whoever runs it is told.
    this.#answer.catch(() => undefined);
  }

  async run({ entries, options, input, password }: Listed): Promise<ClientAnswer> {
    this.#orders.resolve({ password, args: options, file: restoreList(entries), input });
    return await this.#answer;
  }

  /** Best effort: whoever waits for it has heard how it went. */
  async end(): Promise<void> {
    this.#orders.resolve(null);
    await this.#answer.catch(() => undefined);
  }
}

/** Things are whoever's who makes them. */
export const NO_OWNER = '--no-owner';

/** What pg_restore would run for some entries of an archive that hold no rows: it is written, and nothing is run. @param entries `owned`: with the statements that give them to their owners */
export async function scriptOf(
  server: Server,
  { beginning }: Archive,
  { entries, owned = false }: { readonly entries: readonly TocEntry[]; readonly owned?: boolean },
  signal?: AbortSignal,
): Promise<string> {
  const client = new ReadyRestore(server, [...(owned ? [] : [NO_OWNER]), '-f', '-'], signal);
  const answer = await client.run({ entries, options: [], input: beginning(), password: null });
  if (answer.code !== 0) throw await failed(server, 'import_failed', answer);
  return answer.stdout;
}
