import { randomBytes } from 'node:crypto';
import type { Server } from '../dialect.ts';
import { failed } from '../failures.ts';
import type { TocEntry } from './toc.ts';

const CLEAN_UP_MS = 60_000;

/**
 * The list of what one pg_restore is to restore: a file beside the server, since it takes that in no other way. Starting what writes it takes longer than writing it: it is begun before anybody knows
 * what will stand there.
 */
export class RestoreList {
  readonly path = `/tmp/vigie-${randomBytes(8).toString('hex')}.list`;
  readonly #server: Server;
  readonly #known = Promise.withResolvers<readonly TocEntry[]>();
  readonly #stands = Promise.withResolvers<void>();
  readonly #written: Promise<void>;
  #taken = false;

  constructor(server: Server, signal?: AbortSignal) {
    this.#server = server;
    this.#written = this.#shell('umask 077; set -C; cat > "$1" && echo', { signal, input: this.#lines() });
    // Whoever writes it is told.
    this.#written.catch(() => undefined);
  }

  /** @returns where it stands now */
  async write(entries: readonly TocEntry[]): Promise<string> {
    this.#known.resolve(entries);
    // It says so before its command has ended, which takes a container a while.
    await Promise.race([this.#stands.promise, this.#written]);
    return this.path;
  }

  /** Its client took its name away. */
  taken(): void {
    this.#taken = true;
  }

  /** Leaves nothing behind, whatever became of the client. Best effort: whoever waits for a load has heard how it went. */
  async remove(): Promise<void> {
    if (this.#taken) return;
    this.#known.resolve([]);
    await this.#written.catch(() => undefined);
    await this.#shell('rm -f "$1"', { signal: AbortSignal.timeout(CLEAN_UP_MS) }).catch(() => undefined);
  }

  async *#lines(): AsyncGenerator<Uint8Array> {
    yield* linesOf(await this.#known.promise);
  }

  async #shell(script: string, { signal, input }: Shell): Promise<void> {
    const command = ['sh', '-c', script, 'sh', this.path];
    const { stdout, ended } = await this.#server.place.stream(command, input === undefined ? {} : { input }, signal);
    for await (const _ of stdout) this.#stands.resolve();
    const end = await ended;
    if (end.code !== 0) throw await failed(this.#server, 'import_failed', end);
  }
}

interface Shell {
  readonly signal?: AbortSignal | undefined;
  readonly input?: AsyncIterable<Uint8Array>;
}

function* linesOf(entries: readonly TocEntry[]): Generator<Uint8Array> {
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
