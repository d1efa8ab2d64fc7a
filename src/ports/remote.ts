import type { Duplex } from 'node:stream';

/** How a command ended on the other machine. */
export interface CommandResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Given to the command's standard input, which is then closed. */
  readonly input?: string;
  /** Of each stream at most so many bytes are kept (1 MiB by default); the rest is read and dropped. */
  readonly keepBytes?: number;
}

export interface StreamOptions {
  /** Given to the command's standard input as fast as it takes it; without one that is closed at once. */
  readonly input?: AsyncIterable<Uint8Array>;
  /** Of what the command complains about at most so many bytes are kept (1 MiB by default). */
  readonly keepBytes?: number;
}

/** How a command ended whose output was streamed. */
export type CommandEnd = Omit<CommandResult, 'stdout'>;

/** A command that runs over there. */
export interface CommandStream {
  /**
   * Its standard output: read it to its end, even where none is expected, since a command waits for whoever doesn't read. It ends once the command has ended, whatever its
   * code: **look at `ended`**, what a failed command wrote isn't whole. It throws `ssh_unreachable` when the connection broke, what `input` threw, and the signal's reason.
   * Leaving it early closes the command's streams, as does each of these.
   *
   * **A command whose input broke off may take that for its end**, and succeed at half of its work: SIGTERM comes first, but OpenSSH refuses it where one logs in as root.
   */
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Settles when `stdout` ends; rejects with what `stdout` throws. */
  readonly ended: Promise<CommandEnd>;
}

export interface RemoteFileView {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly bytes: number;
  /** Milliseconds since the epoch, of whole seconds. */
  readonly writtenAt: number;
  /** Permission bits. */
  readonly mode: number;
}

/** The server's no to something that was asked about a file. */
export class RemoteFileError extends Error {
  override readonly name = 'RemoteFileError';
  /** `failed` is all that SFTP says of a full disk or of a name that is taken; files on this machine tell more. */
  readonly status: 'missing' | 'denied' | 'unsupported' | 'full' | 'taken' | 'failed';
  readonly path: string;

  constructor(status: RemoteFileError['status'], path: string, cause: Error) {
    super(`${path}: ${cause.message}`, { cause });
    this.status = status;
    this.path = path;
  }
}

/** Files over there, over SFTP. Paths are absolute. Every method may throw RemoteFileError; links are never followed by `stat` and `list`. */
export interface RemoteFiles {
  /** @returns null when nothing is there */
  stat(path: string): Promise<RemoteFileView | null>;
  /** What a folder holds, in order of names, without `.` and `..`. */
  list(path: string): Promise<readonly (RemoteFileView & { readonly name: string })[]>;
  /** The path without links in it. */
  realPath(path: string): Promise<string>;
  /** In constant memory; what isn't read isn't asked for. */
  read(path: string): AsyncIterable<Uint8Array>;
  /**
   * Makes a file that isn't there yet, writes it in constant memory and flushes it to the disk.
   * @param written called with the bytes written so far @returns bytes written
   */
  write(path: string, source: AsyncIterable<Uint8Array>, mode: number, written?: (bytes: number) => void): Promise<number>;
  /** Within one file system; never replaces what is there. */
  rename(from: string, to: string): Promise<void>;
  /** Flushes a folder's entries to the disk: only then a rename survives a power cut. */
  syncFolder(path: string): Promise<void>;
  /** One folder; its parent is there. A folder that is there already is left as it is. */
  makeFolder(path: string, mode: number): Promise<void>;
  /** @returns false when nothing was there */
  remove(path: string): Promise<boolean>;
  /** Of the file system that holds the path; `freeBytes` is what an ordinary account may still write. */
  space(path: string): Promise<{ readonly sizeBytes: number; readonly freeBytes: number }>;
  close(): void;
}

/**
 * Another machine, reached over SSH. Every method may throw `ssh_unreachable` or `ssh_host_key`; when its signal aborts it
 * rejects with the signal's reason as it is. A broken connection is made anew by the next call, never in the middle of one.
 */
export interface Remote {
  /** The machine's name, for errors: `user@host:port`. */
  readonly host: string;
  /**
   * A stream to a Unix socket over there.
   * @throws an ordinary Error, as connecting on this machine would, when the machine is reached but nothing listens there
   */
  openSocket(path: string, signal?: AbortSignal): Promise<Duplex>;
  /** A stream to a TCP port, as seen from over there. @throws as `openSocket` */
  openPort(host: string, port: number, signal?: AbortSignal): Promise<Duplex>;
  /**
   * Runs a command and waits for its end. A code other than 0 is a result, not an error.
   * @param command program and arguments, each quoted for the shell over there: nothing in them is expanded
   */
  exec(command: readonly string[], options?: CommandOptions, signal?: AbortSignal): Promise<CommandResult>;
  /** Runs a command whose output, or input, is too long to be held; it has begun when this resolves. */
  execStream(command: readonly string[], options?: StreamOptions, signal?: AbortSignal): Promise<CommandStream>;
  /**
   * A session over SFTP, to be closed after use.
   * @param signal everything that the session does ends with it
   * @throws ssh_unreachable also when the server offers no SFTP
   */
  files(signal?: AbortSignal): Promise<RemoteFiles>;
  close(): Promise<void>;
}
