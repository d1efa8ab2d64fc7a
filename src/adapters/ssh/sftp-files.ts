import type { Attributes, SFTPWrapper } from 'ssh2';
import { beforeAbort } from '#kernel/abort.ts';
import { RemoteFileError, type RemoteFiles, type RemoteFileView } from '#ports/remote.ts';
import { readAhead, writeBehind } from './sftp-transfer.ts';

type Done<T> = (error: Error | null | undefined, value: T) => void;

/** Status codes of the protocol (draft-ietf-secsh-filexfer-02, 7). */
const [NO_SUCH_FILE, PERMISSION_DENIED, OP_UNSUPPORTED] = [2, 3, 8];
const [KIND_MASK, PERMISSION_MASK] = [0o170000, 0o7777];

/** Files over one SFTP channel. */
export class SftpFiles implements RemoteFiles {
  readonly #sftp: SFTPWrapper;
  readonly #broken: (error: unknown) => Error;
  /** Aborts with the caller's signal, and when the channel is gone: ssh2 never answers a request that is made after that. */
  readonly #over = new AbortController();
  readonly #forget: () => void;

  constructor(sftp: SFTPWrapper, broken: (error: unknown) => Error, signal?: AbortSignal) {
    this.#sftp = sftp;
    this.#broken = broken;
    const abort = (): void => this.#over.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#forget = () => signal?.removeEventListener('abort', abort);
    sftp.on('error', (error: Error) => this.#over.abort(broken(error)));
    sftp.on('close', () => this.#over.abort(broken(new Error('SFTP session closed'))));
  }

  async stat(path: string): Promise<RemoteFileView | null> {
    const found = this.#ask<Attributes>(path, (done) => this.#sftp.lstat(path, done));
    return viewOf(await found.catch(nullWhenMissing)) ?? null;
  }

  async list(path: string): Promise<readonly (RemoteFileView & { readonly name: string })[]> {
    const entries = await this.#ask<{ filename: string; attrs: Attributes }[]>(path, (done) => this.#sftp.readdir(path, done));
    return entries
      .filter(({ filename }) => filename !== '.' && filename !== '..')
      .map(({ filename, attrs }) => ({ name: filename, ...viewOf(attrs) }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  realPath(path: string): Promise<string> {
    return this.#ask<string>(path, (done) => this.#sftp.realpath(path, done));
  }

  async *read(path: string): AsyncGenerator<Uint8Array> {
    const handle = await this.#open(path, 'r');
    const sftp = this.#sftp;
    try {
      yield* readAhead((buffer, position) =>
        this.#ask<number>(path, (done) =>
          sftp.read(handle, buffer, 0, buffer.length, position, (error, bytes) => done(atEnd(error), bytes ?? 0)),
        ),
      );
    } finally {
      await this.#close(path, handle);
    }
  }

  async write(path: string, source: AsyncIterable<Uint8Array>, mode: number, written?: (bytes: number) => void): Promise<number> {
    // `x`: a file that is there, or a link that somebody put there, is never written to.
    const handle = await this.#open(path, 'wx', mode);
    try {
      const bytes = await writeBehind(
        source,
        (chunk, position) => this.#ask<void>(path, (done) => this.#sftp.write(handle, asBuffer(chunk), 0, chunk.length, position, done)),
        written,
      );
      await this.#sync(path, handle);
      return bytes;
    } finally {
      await this.#close(path, handle);
    }
  }

  async rename(from: string, to: string): Promise<void> {
    // OpenSSH's plain rename makes a hard link first, which fails where the name is taken.
    await this.#ask<void>(to, (done) => this.#sftp.rename(from, to, done));
  }

  async syncFolder(path: string): Promise<void> {
    const handle = await this.#open(path, 'r');
    try {
      await this.#sync(path, handle);
    } finally {
      await this.#close(path, handle);
    }
  }

  async makeFolder(path: string, mode: number): Promise<void> {
    if ((await this.stat(path))?.kind === 'folder') return;
    await this.#ask<void>(path, (done) => this.#sftp.mkdir(path, { mode }, done));
  }

  async remove(path: string): Promise<boolean> {
    const gone = this.#ask<void>(path, (done) => this.#sftp.unlink(path, done)).then(() => true);
    return (await gone.catch(nullWhenMissing)) ?? false;
  }

  async space(path: string): Promise<{ sizeBytes: number; freeBytes: number }> {
    const of = await this.#extended<Record<'f_frsize' | 'f_blocks' | 'f_bavail', number | bigint>>(path, (done) =>
      this.#sftp.ext_openssh_statvfs(path, done),
    );
    return { sizeBytes: Number(of.f_frsize) * Number(of.f_blocks), freeBytes: Number(of.f_frsize) * Number(of.f_bavail) };
  }

  close(): void {
    this.#forget();
    this.#sftp.end();
  }

  #open(path: string, flags: 'r' | 'wx', mode = 0o600): Promise<Buffer> {
    return this.#ask<Buffer>(path, (done) => this.#sftp.open(path, flags, { mode }, done));
  }

  #sync(path: string, handle: Buffer): Promise<void> {
    return this.#extended<void>(path, (done) => this.#sftp.ext_openssh_fsync(handle, done));
  }

  /** What went wrong before matters more than a close that fails after it. */
  async #close(path: string, handle: Buffer): Promise<void> {
    if (!this.#over.signal.aborted) await this.#ask<void>(path, (done) => this.#sftp.close(handle, done));
  }

  /** ssh2 throws at once where the server lacks an extension. */
  async #extended<T>(path: string, request: (done: Done<T>) => void): Promise<T> {
    return await this.#ask<T>(path, (done) => {
      try {
        request(done);
      } catch (error) {
        throw new RemoteFileError('unsupported', path, error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  async #ask<T>(path: string, request: (done: Done<T>) => void): Promise<T> {
    this.#over.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    request((error, value) => (error === null || error === undefined ? resolve(value) : reject(this.#failureOf(path, error))));
    return await beforeAbort(this.#over.signal, promise);
  }

  #failureOf(path: string, error: Error): Error {
    const code = 'code' in error ? error.code : undefined;
    if (typeof code !== 'number') return this.#broken(error);
    const statuses = new Map([
      [NO_SUCH_FILE, 'missing'],
      [PERMISSION_DENIED, 'denied'],
      [OP_UNSUPPORTED, 'unsupported'],
    ] as const);
    return new RemoteFileError(statuses.get(code) ?? 'failed', path, error);
  }
}

function nullWhenMissing(error: unknown): null {
  if (error instanceof RemoteFileError && error.status === 'missing') return null;
  throw error;
}

/** The end of a file is an error to the protocol. */
function atEnd(error: Error | undefined): Error | undefined {
  return error !== undefined && 'code' in error && error.code === 1 ? undefined : error;
}

function viewOf(attributes: Attributes): RemoteFileView;
function viewOf(attributes: Attributes | null): RemoteFileView | null;
function viewOf(attributes: Attributes | null): RemoteFileView | null {
  if (attributes === null) return null;
  const { mode, size, mtime } = attributes;
  return { kind: kindOf(mode), bytes: size, writtenAt: mtime * 1000, mode: mode & PERMISSION_MASK };
}

function kindOf(mode: number): RemoteFileView['kind'] {
  const kinds = new Map<number, RemoteFileView['kind']>([
    [0o100000, 'file'],
    [0o040000, 'folder'],
    [0o120000, 'link'],
  ]);
  return kinds.get(mode & KIND_MASK) ?? 'other';
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
