import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readdir, realpath, rename, statfs, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Stats } from 'node:fs';
import { beforeAbort } from '#kernel/abort.ts';
import { RemoteFileError, type RemoteFiles, type RemoteFileView } from '#ports/remote.ts';

/** Each read goes to another thread and back, whatever its size; larger ones wait longer until they are collected: 13 MB more with 256 KiB. */
const READ_BYTES = 64 * 1024;
/** A client's output comes in pieces of some KiB, and each request to the disk takes its time whatever its size. */
const WRITE_BYTES = 256 * 1024;

/** Files on this machine, told as those on another one are: one way of keeping backups serves both. */
export class LocalFiles implements RemoteFiles {
  readonly #signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  stat(path: string): Promise<RemoteFileView | null> {
    return this.#ask(path, async () => viewOf(await lstat(path))).catch(nullWhenMissing);
  }

  async list(path: string): Promise<readonly (RemoteFileView & { readonly name: string })[]> {
    const names = await this.#ask(path, () => readdir(path));
    const found = await Promise.all(names.toSorted().map(async (name) => ({ name, view: await this.stat(join(path, name)) })));
    // One that is gone meanwhile is none.
    return found.flatMap(({ name, view }) => (view === null ? [] : [{ name, ...view }]));
  }

  realPath(path: string): Promise<string> {
    return this.#ask(path, () => realpath(path));
  }

  async *read(path: string): AsyncGenerator<Uint8Array> {
    const file = await this.#ask(path, () => open(path, constants.O_RDONLY | constants.O_NOFOLLOW));
    const next = async (): Promise<Uint8Array> => {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const { bytesRead } = await this.#ask(path, () => file.read(buffer));
      return buffer.subarray(0, bytesRead);
    };
    try {
      let reading = next();
      for (;;) {
        const chunk = await reading;
        if (chunk.length === 0) return;
        // While somebody does something with this one; a failure is theirs who ask for it.
        reading = next();
        reading.catch(() => undefined);
        yield chunk;
      }
    } finally {
      await this.#closed(file);
    }
  }

  async write(path: string, source: AsyncIterable<Uint8Array>, mode: number, written?: (bytes: number) => void): Promise<number> {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const file = await this.#ask(path, () => open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode));
    try {
      let bytes = 0;
      for await (const chunk of inBlocks(source, Buffer.allocUnsafe(WRITE_BYTES))) {
        await this.#ask(path, () => writeWhole(file, chunk));
        bytes += chunk.length;
        written?.(bytes);
      }
      await this.#ask(path, () => file.sync());
      return bytes;
    } finally {
      await this.#closed(file);
    }
  }

  /** A hard link fails where the name is taken, which a rename doesn't. */
  async rename(from: string, to: string): Promise<void> {
    try {
      await this.#ask(to, () => link(from, to));
    } catch (error) {
      if (!isWithoutLinks(error)) throw error;
      if ((await this.stat(to)) !== null) throw new RemoteFileError('taken', to, new Error('file exists'));
      await this.#ask(to, () => rename(from, to));
      return;
    }
    await this.#ask(from, () => unlink(from));
  }

  async syncFolder(path: string): Promise<void> {
    const folder = await this.#ask(path, () => open(path, constants.O_RDONLY | constants.O_DIRECTORY));
    try {
      await this.#ask(path, () => folder.sync());
    } finally {
      await this.#closed(folder);
    }
  }

  async makeFolder(path: string, mode: number): Promise<void> {
    if ((await this.stat(path))?.kind !== 'folder') await this.#ask(path, () => mkdir(path, { mode }));
  }

  async remove(path: string): Promise<boolean> {
    const gone = this.#ask(path, async () => {
      await unlink(path);
      return true;
    });
    return (await gone.catch(nullWhenMissing)) ?? false;
  }

  async space(path: string): Promise<{ readonly sizeBytes: number; readonly freeBytes: number }> {
    const { bsize, blocks, bavail } = await this.#ask(path, () => statfs(path));
    return { sizeBytes: bsize * blocks, freeBytes: bsize * bavail };
  }

  close(): void {
    // Each file is closed by whoever opened it.
  }

  /** Closing waits for what is under way, which nobody waits for once the signal has aborted. */
  async #closed(file: FileHandle): Promise<void> {
    const closing = file.close();
    if (this.#signal?.aborted === true) closing.catch(() => undefined);
    else await closing;
  }

  /** A disk that hangs, as one over the network does, keeps nobody waiting longer than the signal says. */
  async #ask<T>(path: string, request: () => Promise<T>): Promise<T> {
    this.#signal?.throwIfAborted();
    return await beforeAbort(
      this.#signal,
      request().catch((error: unknown) => {
        throw failureOf(path, error);
      }),
    );
  }
}

/** Gathers what comes in pieces. @param block filled again and again: whoever takes it is done with it before asking for the next */
async function* inBlocks(source: AsyncIterable<Uint8Array>, block: Buffer): AsyncGenerator<Uint8Array> {
  let filled = 0;
  for await (const chunk of source) {
    if (filled + chunk.length > block.length && filled > 0) {
      yield block.subarray(0, filled);
      filled = 0;
    }
    if (chunk.length >= block.length) yield chunk;
    else {
      block.set(chunk, filled);
      filled += chunk.length;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let start = 0; start < chunk.length;) start += (await file.write(chunk, start)).bytesWritten;
}

const STATUSES: Readonly<Record<string, RemoteFileError['status']>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EEXIST: 'taken',
  // What file systems without folders to be flushed say.
  EINVAL: 'unsupported',
  ENOTSUP: 'unsupported',
  ENOSYS: 'unsupported',
};

function failureOf(path: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return new RemoteFileError(STATUSES[code] ?? 'failed', path, error);
}

function nullWhenMissing(error: unknown): null {
  if (error instanceof RemoteFileError && error.status === 'missing') return null;
  throw error;
}

/** FAT and its like answer EPERM to a hard link. */
function isWithoutLinks(error: unknown): boolean {
  return error instanceof RemoteFileError && ['denied', 'unsupported'].includes(error.status);
}

function viewOf(stats: Stats): RemoteFileView {
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
  return { kind, bytes: stats.size, writtenAt: Math.floor(stats.mtimeMs), mode: stats.mode & 0o7777 };
}
