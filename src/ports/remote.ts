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
  close(): Promise<void>;
}
