import { posix } from 'node:path';
import { untilAbort } from '#kernel/abort.ts';
import { DigestingStream, digestOf, type Digest } from '#kernel/digest.ts';
import { VigieError } from '#kernel/errors.ts';
import { isPlacePath } from '#domain/backup/path.ts';
import type { FileView, Place, WriteOptions } from '#ports/places.ts';
import { RemoteFileError, type RemoteFiles } from '#ports/remote.ts';
import { standing, type Standing } from '#ports/standing.ts';
import { failureAt, full, missing, refused, taken, unreachable } from './failures.ts';

/** The directory is never made: where a disk isn't mounted it isn't there. */
export interface FilePlaceOptions extends Standing {
  readonly name: string;
  /** A session with the files over there, which the signal ends. */
  readonly files: (signal?: AbortSignal) => Promise<RemoteFiles>;
  readonly close?: () => Promise<void>;
}

const PARTIAL = '.partial';
/** How long removing what broke off may take: the place may be what broke. */
const TIDY_MS = 10_000;
const [FILE_MODE, FOLDER_MODE] = [0o600, 0o700];

/** A folder of this machine, or of another one over SFTP. */
export class FilePlace implements Place {
  readonly name: string;
  readonly #options: FilePlaceOptions;

  constructor(options: FilePlaceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async write(path: string, source: AsyncIterable<Uint8Array>, { signal, progress }: WriteOptions = {}): Promise<Digest> {
    const stream = new DigestingStream(untilAbort(signal, source), progress);
    let begun: string | null = null;
    try {
      return await this.#within(path, signal, async (files, root) => {
        const target = await this.#prepared(files, root, path);
        const partial = target + PARTIAL;
        for (const name of [target, partial]) if ((await files.stat(name)) !== null) throw taken(this.name, path);
        // Nothing is read before the file was made.
        await files.write(
          partial,
          onceBegun(stream, () => (begun = partial)),
          FILE_MODE,
        );
        await files.rename(partial, target);
        begun = null;
        await syncFolder(files, posix.dirname(target));
        return stream.digest();
      });
    } catch (error) {
      if (begun === null) throw error;
      throw await this.#afterBreak(begun, stream.digest().bytes, error);
    }
  }

  async read(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    await this.#within(path, signal, (files, root) => this.#found(files, root, path));
    return this.#content(path, signal);
  }

  async digest(path: string, { signal, progress }: WriteOptions = {}): Promise<Digest> {
    return await digestOf(await this.read(path, signal), progress);
  }

  async list(folder: string, signal?: AbortSignal): Promise<readonly FileView[]> {
    return (await this.#below(folder, signal)).filter(({ path }) => !path.endsWith(PARTIAL));
  }

  async partials(folder: string, signal?: AbortSignal): Promise<readonly FileView[]> {
    return (await this.#below(folder, signal)).filter(({ path }) => path.endsWith(PARTIAL));
  }

  async remove(path: string, signal?: AbortSignal): Promise<boolean> {
    return await this.#within(path, signal, async (files, root) => {
      const target = await this.#located(files, root, path);
      const view = target === null ? null : await files.stat(target);
      if (target === null || view === null) return false;
      if (view.kind !== 'file') throw refused(this.name, path, `is a ${view.kind}`);
      return await files.remove(target);
    });
  }

  async space(signal?: AbortSignal): Promise<{ readonly sizeBytes: number; readonly freeBytes: number }> {
    return await this.#within(null, signal, (files, root) => files.space(root));
  }

  async close(): Promise<void> {
    await this.#options.close?.();
  }

  /** Runs in a session of its own, whose errors are told as a place's. */
  async #within<T>(
    path: string | null,
    signal: AbortSignal | undefined,
    work: (files: RemoteFiles, root: string) => Promise<T>,
  ): Promise<T> {
    if (path !== null && !isPlacePath(path)) throw new VigieError('place_path', { place: this.name, path });
    const files = await this.#options.files(signal);
    try {
      return await work(files, await this.#root(files));
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof RemoteFileError ? failureAt(this.name, path ?? '', error) : error;
    } finally {
      files.close();
    }
  }

  /** The directory, without links in it. */
  async #root(files: RemoteFiles): Promise<string> {
    const found = await standing(files, this.#options);
    if ('wrong' in found) throw unreachable(this.name, found.wrong, found.cause);
    return found.root;
  }

  /** Where a path's folder really is, or null while it isn't there: a link in it would lead out. */
  async #folder(files: RemoteFiles, root: string, folder: string): Promise<string | null> {
    const wanted = posix.join(root, folder);
    if ((await files.stat(wanted)) === null) return null;
    if ((await files.realPath(wanted)) !== wanted) throw refused(this.name, folder, 'is reached over a link');
    return wanted;
  }

  async #located(files: RemoteFiles, root: string, path: string): Promise<string | null> {
    const folder = await this.#folder(files, root, posix.dirname(path));
    return folder === null ? null : posix.join(folder, posix.basename(path));
  }

  async #found(files: RemoteFiles, root: string, path: string): Promise<string> {
    const target = await this.#located(files, root, path);
    const view = target === null ? null : await files.stat(target);
    if (target === null || view === null) throw missing(this.name, path);
    if (view.kind !== 'file') throw refused(this.name, path, `is a ${view.kind}`);
    return target;
  }

  /** Makes the folders of a path, each flushed into the one above it. */
  async #prepared(files: RemoteFiles, root: string, path: string): Promise<string> {
    const parts = posix.dirname(path).split('/');
    for (const index of parts.keys()) {
      const folder = parts.slice(0, index + 1).join('/');
      if ((await this.#folder(files, root, folder)) !== null) continue;
      await files.makeFolder(posix.join(root, folder), FOLDER_MODE);
      await syncFolder(files, posix.dirname(posix.join(root, folder)));
    }
    return posix.join(root, path);
  }

  async *#content(path: string, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const files = await this.#options.files(signal);
    try {
      yield* files.read(await this.#found(files, await this.#root(files), path));
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof RemoteFileError ? failureAt(this.name, path, error) : error;
    } finally {
      files.close();
    }
  }

  async #below(folder: string, signal: AbortSignal | undefined): Promise<readonly FileView[]> {
    return await this.#within(folder, signal, async (files, root) => {
      const found: FileView[] = [];
      const walk = async (path: string): Promise<void> => {
        const absolute = await this.#folder(files, root, path);
        for (const { name, kind, bytes, writtenAt } of absolute === null ? [] : await files.list(absolute)) {
          const inside = `${path}/${name}`;
          // Names that no place has are somebody else's, and so are links.
          if (kind === 'folder' && isPlacePath(inside)) await walk(inside);
          if (kind === 'file' && isPlacePath(inside)) found.push({ path: inside, bytes, writtenAt });
        }
      };
      await walk(folder);
      return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    });
  }

  /**
   * Removes what broke off, in a session that the aborted signal doesn't end, and says why it did. SFTP has no word for a full disk: one that has no room for
   * what was to be written is one.
   */
  async #afterBreak(partial: string, bytes: number, error: unknown): Promise<unknown> {
    try {
      const files = await this.#options.files(AbortSignal.timeout(TIDY_MS));
      try {
        await files.remove(partial);
        const { freeBytes } = await files.space(posix.dirname(partial));
        const { cause } = error instanceof VigieError ? error : { cause: error };
        return cause instanceof RemoteFileError && isFull(cause, freeBytes, bytes) ? full(this.name, bytes, freeBytes, error) : error;
      } finally {
        files.close();
      }
    } catch {
      // Who can't be reached now wasn't before: that is what is said.
      return error;
    }
  }
}

/** What a file system keeps for itself, of the room that it names as free. */
const MARGIN_BYTES = 1024 * 1024;

function isFull({ status }: RemoteFileError, freeBytes: number, bytes: number): boolean {
  return status === 'full' || (status === 'failed' && freeBytes - bytes < MARGIN_BYTES);
}

async function* onceBegun(source: AsyncIterable<Uint8Array>, begun: () => void): AsyncGenerator<Uint8Array> {
  begun();
  yield* source;
}

/** Some file systems know no flushing of folders: there is nothing more that one could do. */
async function syncFolder(files: RemoteFiles, path: string): Promise<void> {
  await files.syncFolder(path).catch((error: unknown) => {
    if (!(error instanceof RemoteFileError) || error.status !== 'unsupported') throw error;
  });
}
