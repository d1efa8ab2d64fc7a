import { beforeAbort } from '#kernel/abort.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { startClient } from '../client.ts';
import type { Server } from '../dialect.ts';
import { failed, failedBecause } from '../failures.ts';
import { Spool } from '../spool.ts';
import { pgClient } from './psql.ts';
import { TocReader, type TocEntry } from './toc.ts';

/** In so many the statement stands that says where names are looked for: it is the third thing of an archive. */
const FIRST_BYTES = 64 * 1024;
/** Beyond this a table of contents isn't looked for any more. */
const MOST_BYTES = BOUNDS.archiveHead.most;

export interface Archive {
  readonly toc: readonly TocEntry[];
  /** Its beginning, as often as it is wanted: the whole table of contents is in it. */
  readonly beginning: () => AsyncIterable<Uint8Array>;
  /** From its first byte. May be read once. */
  readonly whole: AsyncIterable<Uint8Array>;
  /** For whoever is done with it, read or not. */
  readonly end: () => Promise<void>;
}

/**
 * Reads an archive's table of contents, which stands at its beginning, before anything is loaded: as much of it as the server's own pg_restore wants to have.
 * @throws import_failed for what that can't read
 */
export async function openArchive(server: Server, dump: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Archive> {
  const head = new Head(server, dump[Symbol.asyncIterator](), signal);
  try {
    const toc = new TocReader();
    const { stdout, ended } = await startClient(
      server.place,
      { ...pgClient('pg_restore', server, ['-l', '-v']), input: head.taken() },
      signal,
    );
    for await (const chunk of stdout) toc.add(chunk);
    const end = await ended;
    await head.stop();
    if (end.code !== 0) throw await failed(server, 'import_failed', end);
    return { toc: toc.end(), beginning: () => head.read(), whole: head.whole(), end: () => head.end() };
  } catch (error) {
    await head.end();
    throw error;
  }
}

/** What of an archive was read for its table of contents, kept for those who read it next. */
class Head {
  readonly #server: Server;
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #signal: AbortSignal | undefined;
  readonly #spool = new Spool();
  #reading: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #over = false;

  constructor(server: Server, source: AsyncIterator<Uint8Array>, signal: AbortSignal | undefined) {
    this.#server = server;
    this.#source = source;
    this.#signal = signal;
  }

  /** Its parts, as long as somebody wants them. @throws what reading it throws; import_failed for one whose table of contents has no end */
  async *taken(): AsyncGenerator<Uint8Array> {
    for (let first = true; !this.#stopped; first = false) {
      const reading = first ? this.#first() : this.#next();
      this.#reading = reading.catch(() => undefined);
      const chunk = await reading;
      if (chunk === null) return;
      if (this.#spool.bytes > MOST_BYTES) throw failedBecause(this.#server, 'import_failed', 'its table of contents is too long');
      yield chunk;
    }
  }

  async #first(): Promise<Uint8Array | null> {
    const chunks: Uint8Array[] = [];
    for (let bytes = 0; bytes < FIRST_BYTES; bytes += chunks.at(-1)?.length ?? 0) {
      const chunk = await this.#pulled();
      if (chunk === null) break;
      chunks.push(chunk);
    }
    if (chunks.length === 0) return null;
    const first = lookingWhereTheRoleDoes(Buffer.concat(chunks));
    await this.#spool.add(first);
    return first;
  }

  async #next(): Promise<Uint8Array | null> {
    const chunk = await this.#pulled();
    // A copy: whoever gave the chunk may fill it again.
    if (chunk !== null) await this.#spool.add(Buffer.from(chunk));
    return chunk;
  }

  async #pulled(): Promise<Uint8Array | null> {
    if (this.#over) return null;
    const next = await beforeAbort(this.#signal, this.#source.next());
    this.#over = next.done === true;
    return next.done === true ? null : next.value;
  }

  /** Nothing is read for it any more: what was under way has come. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#reading;
  }

  read(): AsyncIterable<Uint8Array> {
    return this.#spool.read();
  }

  async *whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#spool.read();
      for (let chunk = await this.#pulled(); chunk !== null; chunk = await this.#pulled()) yield chunk;
    } finally {
      this.#letGo();
    }
  }

  async end(): Promise<void> {
    await this.stop();
    this.#letGo();
    await this.#spool.close();
  }

  /** Not waited for: a source that hangs answers to this only once it goes on. */
  #letGo(): void {
    void this.#source.return?.().catch(() => undefined);
  }
}

const NOWHERE = "SELECT pg_catalog.set_config('search_path', '', false);";
const WHERE_THE_ROLE_LOOKS = 'RESET search_path;'.padEnd(NOWHERE.length);

/**
 * What an archive says is named with its schema everywhere but within functions: one that names something without it is found by whoever used it, and has to be when an index computes its rows anew: where, is set for the role that loads.
 * Lengths stand in the archive: the other statement has the same one. It is run as somebody without rights, as all of it is.
 */
function lookingWhereTheRoleDoes(beginning: Buffer): Buffer {
  const at = beginning.indexOf(NOWHERE);
  if (at < 0) return beginning;
  return Buffer.concat([beginning.subarray(0, at), Buffer.from(WHERE_THE_ROLE_LOOKS), beginning.subarray(at + NOWHERE.length)]);
}
