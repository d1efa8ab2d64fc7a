import type { Remote } from '#ports/remote.ts';

/** Somebody who makes a database of a name right before a script of vigie's gives that name to another one. */
export class AtLast {
  readonly #make: (database: string) => Promise<unknown>;
  #database: string | null = null;

  constructor(make: (database: string) => Promise<unknown>) {
    this.#make = make;
  }

  take(database: string): void {
    this.#database = database;
  }

  /** What a client is told; a script fits into one chunk. */
  watch<I extends AsyncIterable<Uint8Array> | undefined>(input: I): I | AsyncIterable<Uint8Array> {
    return input === undefined ? input : this.#watched(input);
  }

  async *#watched(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of input) {
      await this.#before(Buffer.from(chunk).toString('utf8'));
      yield chunk;
    }
  }

  async #before(script: string): Promise<void> {
    const database = this.#database;
    if (database === null || !script.includes(database) || !/rename to|create database/u.test(script)) return;
    this.#database = null;
    await this.#make(database);
  }
}

/** The same machine, with somebody on it. */
export function watchedRemote(remote: Remote, atLast: AtLast): Remote {
  return {
    host: remote.host,
    openSocket: (...args) => remote.openSocket(...args),
    openPort: (...args) => remote.openPort(...args),
    exec: (...args) => remote.exec(...args),
    execStream: (command, { input, ...options } = {}, signal) => {
      const told = atLast.watch(input);
      return remote.execStream(command, { ...options, ...(told === undefined ? {} : { input: told }) }, signal);
    },
    files: (...args) => remote.files(...args),
    close: () => remote.close(),
  };
}
