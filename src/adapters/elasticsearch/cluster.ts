import type { Readable } from 'node:stream';
import { beforeAbort } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { type SearchAddress, nameOf } from './address.ts';
import { type Answer, readAnswer } from './answer.ts';
import type { Connection } from './client.ts';
import { type ClusterName, failureOf, problemOfStatus } from './failures.ts';

interface Request {
  readonly method: 'GET' | 'POST';
  /** Its parts encoded. */
  readonly path: string;
  readonly querystring: string | Readonly<Record<string, string | boolean>>;
  /** Lines of JSON. */
  readonly lines?: string;
}

/** What the client says of a connection that ended before an answer came. */
const BROKEN = /socket hang up|ECONNRESET|EPIPE|Response aborted|connection closed/iu;

/** One cluster: each request has a deadline, and fails with an error that names the cluster. */
export class Cluster {
  readonly name: ClusterName;
  readonly #address: SearchAddress;
  readonly #timeoutMs: number;
  #connection: Promise<Connection> | null = null;
  /** Whether there may be connections that are kept from earlier requests. */
  #answered = false;

  /** @param timeoutMs for each request, its whole answer included */
  constructor(cluster: string, address: SearchAddress, timeoutMs: number) {
    this.name = { cluster, host: nameOf(address) };
    this.#address = address;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends one request, which must be one that only reads.
   * @throws VigieError also for a status from 400 on; or the signal's reason when it aborts
   */
  async ask(request: Request, signal: AbortSignal | undefined): Promise<Answer> {
    const answer = await this.send(request, signal);
    if (answer.status < 400) return answer;
    const { code, params } = problemOfStatus(this.name, answer.status, answer.json);
    throw new VigieError(code, params);
  }

  /** As `ask`, but a status from 400 on is an answer too. */
  async send(request: Request, signal: AbortSignal | undefined): Promise<Answer> {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      return await beforeAbort(either, this.#persist(request, either));
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.aborted) throw failureOf(this.name, new Error(`no answer within ${this.#timeoutMs} ms`, { cause: error }));
      throw failureOf(this.name, error);
    }
  }

  async close(): Promise<void> {
    const connection = await this.#connection;
    this.#connection = null;
    connection?.close();
  }

  /**
   * A connection that was kept may have been closed at the other end just now, which shows only in the next request: that one is
   * sent again, once. And a node that can't be reached has others beside it.
   */
  async #persist(request: Request, signal: AbortSignal): Promise<Answer> {
    for (let others = this.#address.urls.length - 1; ;) {
      const kept = this.#answered;
      try {
        return await this.#once(request, signal);
      } catch (error) {
        this.#answered = false;
        if (signal.aborted || !isBroken(error)) throw error;
        if (kept && BROKEN.test(error.message)) continue;
        if (others === 0) throw error;
        others -= 1;
      }
    }
  }

  async #once({ method, path, querystring, lines }: Request, signal: AbortSignal): Promise<Answer> {
    const { transport } = await this.#connected();
    const { statusCode, headers, body } = await transport.request<Readable>(
      { method, path, querystring, ...(lines === undefined ? {} : { bulkBody: lines }) },
      { signal, asStream: true, meta: true },
    );
    const answer = await readAnswer(statusCode, headers['content-encoding'], body, signal);
    this.#answered = true;
    return answer;
  }

  /** The client is imported on first use: a vigie without Elasticsearch doesn't pay for it. */
  #connected(): Promise<Connection> {
    this.#connection ??= import('./client.ts').then(({ connect }) => connect(this.#address, this.#timeoutMs));
    return this.#connection;
  }
}

function isBroken(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ConnectionError';
}
