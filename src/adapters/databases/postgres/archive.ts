import { beforeAbort } from '#kernel/abort.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { askClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { joined } from '../joined.ts';
import { failed } from '../failures.ts';
import { pgClient } from './psql.ts';
import { type TocEntry, tocOf } from './toc.ts';

/** Where the table of contents is looked for at first; that of a thousand tables fits. */
const FIRST_BYTES = 1024 * 1024;
/** Beyond this it isn't looked for any more: it is held in memory. */
const MOST_BYTES = BOUNDS.archiveHead.most;

export interface Archive {
  readonly toc: readonly TocEntry[];
  /** Its beginning: the whole table of contents is in it. */
  readonly beginning: Uint8Array;
  /** From its first byte. May be read once. */
  readonly whole: AsyncIterable<Uint8Array>;
  /** For whoever reads no more of it. */
  readonly end: () => Promise<void>;
}

/**
 * Reads an archive's table of contents, which stands at its beginning, before anything is loaded.
 * @throws import_failed for what the server's own pg_restore can't read
 */
export async function openArchive(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Archive> {
  const source = dump[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  const read = { bytes: 0, over: false };
  for (let wanted = FIRST_BYTES; ; wanted *= 4) {
    await readUpTo(wanted);
    const beginning = Buffer.concat(chunks);
    const answer = await askClient(server.place, { ...pgClient('pg_restore', server, ['-l']), input: given(beginning) }, signal);
    if (answer.code === 0)
      return {
        toc: tocOf(answer.stdout),
        beginning: lookingInPublic(beginning),
        whole: joined(lookingInPublic(beginning), source),
        end: async () => void (await source.return?.()),
      };
    if (read.over || wanted >= MOST_BYTES) {
      await source.return?.();
      throw await failed(server, 'import_failed', answer);
    }
  }

  async function readUpTo(wanted: number): Promise<void> {
    while (!read.over && read.bytes < wanted) {
      const next = await beforeAbort(signal, source.next());
      if (next.done === true) return void (read.over = true);
      chunks.push(next.value);
      read.bytes += next.value.length;
    }
  }
}

export async function* given(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const NOWHERE = "SELECT pg_catalog.set_config('search_path', '', false);";
const IN_PUBLIC = 'SET search_path = pg_catalog, public;'.padEnd(NOWHERE.length);

/**
 * What an archive says is named with its schema everywhere but within functions: one that names something without it is found by whoever used it, and has to be when an index computes its rows anew.
 * Lengths stand in the archive: the other statement has the same one. It is run as somebody without rights, as all of it is.
 */
function lookingInPublic(beginning: Buffer): Buffer {
  const at = beginning.indexOf(NOWHERE);
  if (at < 0) return beginning;
  return Buffer.concat([beginning.subarray(0, at), Buffer.from(IN_PUBLIC), beginning.subarray(at + NOWHERE.length)]);
}
