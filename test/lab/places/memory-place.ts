import type { Clock } from '#kernel/clock.ts';
import { untilAbort } from '#kernel/abort.ts';
import { DigestingStream, digestOf, type Digest } from '#kernel/digest.ts';
import { VigieError } from '#kernel/errors.ts';
import { isPlacePath } from '#domain/backup/path.ts';
import type { FileView, Place, WriteOptions } from '#ports/places.ts';
import { Faults, type FaultOptions } from '#test/lab/faults.ts';

export type PlaceMethod = Exclude<keyof Place, 'name' | 'close'>;

interface MemoryFile {
  chunks: readonly Uint8Array[];
  readonly writtenAt: number;
}

const PARTIAL = '.partial';

/**
 * A place for backups in memory: it lives as long as this object, however often vigie starts.
 *
 * @example
 * const place = new MemoryPlace('main', clock);
 * place.damage('databases/pad/20261128T020000Z-p7k.dump');
 * place.unreachable = 'not mounted';
 */
export class MemoryPlace implements Place {
  readonly name: string;
  readonly #clock: Clock;
  readonly #files = new Map<string, MemoryFile>();
  readonly #faults = new Faults<PlaceMethod>();
  sizeBytes: number;
  /** What lies there besides vigie's files. */
  otherBytes = 0;
  /** Why nobody gets there; null: it is there. */
  unreachable: string | null = null;
  /** Each chunk takes so long on the clock. */
  chunkMs = 0;

  constructor(name: string, clock: Clock, sizeBytes = 1_000_000_000) {
    this.name = name;
    this.#clock = clock;
    this.sizeBytes = sizeBytes;
  }

  /** The next calls of `method` fail with `error`; with `afterEffect`, they have worked all the same. */
  failNext(method: PlaceMethod, error: Error, options?: FaultOptions): void {
    this.#faults.failNext(method, error, options);
  }

  /** The next call of `method` answers nothing until its signal aborts. */
  stallNext(method: PlaceMethod): void {
    this.#faults.stallNext(method);
  }

  /** Everything that lies there, `.partial` files included, in order. */
  get paths(): readonly string[] {
    return [...this.#files.keys()].toSorted();
  }

  content(path: string): Buffer {
    const file = this.#file(path);
    const content = Buffer.concat(file.chunks);
    file.chunks = [content];
    return content;
  }

  /** Somebody else puts a file there. */
  put(path: string, content: string | Buffer): void {
    this.#files.set(path, { chunks: [Buffer.from(content)], writtenAt: this.#clock.now() });
  }

  /** One bit of a file is another one from now on. */
  damage(path: string): void {
    const content = Buffer.from(this.content(path));
    content[0] = (content[0] ?? 0) ^ 1;
    this.#file(path).chunks = [content];
  }

  write(path: string, source: AsyncIterable<Uint8Array>, options: WriteOptions = {}): Promise<Digest> {
    return this.#answer('write', path, options.signal, async () => {
      const partial = path + PARTIAL;
      for (const name of [path, partial]) if (this.#files.has(name)) throw new VigieError('place_exists', { place: this.name, path: name });
      const file: MemoryFile = { chunks: [], writtenAt: this.#clock.now() };
      this.#files.set(partial, file);
      try {
        const digest = await this.#fill(file, source, options);
        this.#files.set(path, file);
        return digest;
      } finally {
        if (this.unreachable === null) this.#files.delete(partial);
      }
    });
  }

  read(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    return this.#answer('read', path, signal, () => {
      this.#file(path);
      return this.#stream(path, signal);
    });
  }

  digest(path: string, { signal, progress }: WriteOptions = {}): Promise<Digest> {
    return this.#answer('digest', path, signal, () => digestOf(this.#stream(path, signal), progress));
  }

  list(folder: string, signal?: AbortSignal): Promise<readonly FileView[]> {
    return this.#answer('list', folder, signal, () => this.#below(folder).filter(({ path }) => !path.endsWith(PARTIAL)));
  }

  partials(folder: string, signal?: AbortSignal): Promise<readonly FileView[]> {
    return this.#answer('partials', folder, signal, () => this.#below(folder).filter(({ path }) => path.endsWith(PARTIAL)));
  }

  remove(path: string, signal?: AbortSignal): Promise<boolean> {
    return this.#answer('remove', path, signal, () => this.#files.delete(path));
  }

  space(signal?: AbortSignal): Promise<{ sizeBytes: number; freeBytes: number }> {
    return this.#answer('space', null, signal, () => ({ sizeBytes: this.sizeBytes, freeBytes: this.#freeBytes() }));
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #fill(file: MemoryFile, source: AsyncIterable<Uint8Array>, { signal, progress }: WriteOptions): Promise<Digest> {
    const stream = new DigestingStream(untilAbort(signal, source), progress);
    const chunks: Uint8Array[] = [];
    file.chunks = chunks;
    for await (const chunk of stream) {
      await this.#pace(signal);
      if (chunk.length > this.#freeBytes())
        throw new VigieError('place_full', { place: this.name, needed: chunk.length, free: this.#freeBytes() });
      chunks.push(chunk);
    }
    return stream.digest();
  }

  async *#stream(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const content = this.content(path);
    for (let start = 0; start < content.length; start += CHUNK_BYTES) {
      await this.#pace(signal);
      yield content.subarray(start, start + CHUNK_BYTES);
    }
  }

  #below(folder: string): readonly FileView[] {
    const inside = [...this.#files].filter(([path]) => path.startsWith(`${folder}/`));
    return inside
      .map(([path, file]) => ({ path, bytes: bytesOf(file), writtenAt: file.writtenAt }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  #file(path: string): MemoryFile {
    const file = this.#files.get(path);
    if (file === undefined) throw new VigieError('file_unknown', { place: this.name, path });
    return file;
  }

  #freeBytes(): number {
    const used = [...this.#files.values()].reduce((sum, file) => sum + bytesOf(file), this.otherBytes);
    return Math.max(0, this.sizeBytes - used);
  }

  async #pace(signal: AbortSignal | undefined): Promise<void> {
    if (this.chunkMs > 0) await this.#clock.sleep(this.chunkMs, signal);
    signal?.throwIfAborted();
    this.#requireReachable();
  }

  async #answer<T>(method: PlaceMethod, path: string | null, signal: AbortSignal | undefined, work: () => T | Promise<T>): Promise<T> {
    return await this.#faults.around(method, signal, () => {
      if (path !== null && !isPlacePath(path)) throw new VigieError('place_path', { place: this.name, path });
      this.#requireReachable();
      return work();
    });
  }

  #requireReachable(): void {
    if (this.unreachable !== null) throw new VigieError('place_unreachable', { place: this.name, reason: this.unreachable });
  }
}

const CHUNK_BYTES = 64 * 1024;

function bytesOf({ chunks }: MemoryFile): number {
  return chunks.reduce((sum, { length }) => sum + length, 0);
}
