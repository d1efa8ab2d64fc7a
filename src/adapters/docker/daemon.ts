import type Docker from 'dockerode';
import type { z } from 'zod';
import { beforeAbort } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { connect, type Connection, type DaemonAddress } from './connection.ts';
import { failureOf } from './failures.ts';

/** What a request is given: it ends when the signal aborts. */
interface Call {
  readonly docker: Docker;
  readonly signal: AbortSignal;
}

/** One Docker daemon: each request has a deadline, and fails with an error that names the daemon. */
export class Daemon {
  readonly host: string;
  readonly #address: DaemonAddress;
  readonly #timeoutMs: number;
  #connection: Promise<Connection> | null = null;

  /** @param timeoutMs for each request, its whole answer included */
  constructor(address: DaemonAddress, host: string, timeoutMs: number) {
    this.#address = address;
    this.host = host;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends one request and reads its answer.
   * @throws VigieError; or the signal's reason when it aborts
   */
  async ask<T>(answer: z.ZodType<T>, signal: AbortSignal | undefined, send: (call: Call) => Promise<unknown>): Promise<T> {
    return this.#read(answer, await this.send(signal, send));
  }

  /** As `ask`, without looking at the answer. */
  async send<T>(signal: AbortSignal | undefined, send: (call: Call) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(this.#timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      const { docker } = await this.#connected();
      // dockerode ends a request on abort, but not one whose answer stalls half-way, nor all kinds of requests.
      return await beforeAbort(either, send({ docker, signal: either }));
    } catch (error) {
      signal?.throwIfAborted();
      if (deadline.aborted) throw this.#late(error);
      throw failureOf(this.host, error);
    }
  }

  async close(): Promise<void> {
    const connection = await this.#connection;
    this.#connection = null;
    connection?.close();
  }

  /** @throws swarm_refused for an answer of another shape */
  #read<T>(answer: z.ZodType<T>, value: unknown): T {
    const parsed = answer.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const reason = `unexpected answer at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new VigieError('swarm_refused', { host: this.host, reason });
  }

  #connected(): Promise<Connection> {
    this.#connection ??= connect(this.#address, this.#timeoutMs);
    return this.#connection;
  }

  #late(cause: unknown): VigieError {
    const reason = `no answer within ${this.#timeoutMs} ms`;
    return new VigieError('swarm_unreachable', { host: this.host, reason }, cause);
  }
}
