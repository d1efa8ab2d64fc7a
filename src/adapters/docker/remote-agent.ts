import { Agent, type ClientRequestArgs } from 'node:http';
import { type Duplex, PassThrough } from 'node:stream';
import type { Remote } from '#ports/remote.ts';

/**
 * HTTP over streams to a Unix socket of another machine. (dockerode's own `protocol: 'ssh'` checks no host key, and opens
 * a connection for each request.)
 */
export class RemoteAgent extends Agent {
  readonly #remote: Remote;
  readonly #path: string;
  readonly #timeoutMs: number;

  constructor(remote: Remote, path: string, timeoutMs: number) {
    super({ keepAlive: true, maxSockets: 8 });
    this.#remote = remote;
    this.#path = path;
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(_options: ClientRequestArgs, created: (error: Error | null, stream: Duplex) => void): null {
    this.#remote.openSocket(this.#path, AbortSignal.timeout(this.#timeoutMs)).then(
      (stream) => created(null, stream),
      // Node's own type wants a stream beside an error; it doesn't look at it.
      (error: Error) => created(error, new PassThrough().destroy()),
    );
    return null;
  }
}
