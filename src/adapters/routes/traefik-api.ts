import { Agent, request } from 'undici';
import { z } from 'zod';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { parseJson, reasonOf } from '#kernel/json.ts';

export interface ApiOptions {
  /** `http://10.0.0.1:8080`, without `/api`. */
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The only authority whose certificates are accepted, as PEM. */
  readonly ca?: string | undefined;
  /** Of one request. */
  readonly timeoutMs: number;
}

/** Of a page: Traefik's own default. */
const PAGE = 100;

/** Traefik's own API, read. */
export class TraefikApi {
  readonly host: string;
  readonly #options: ApiOptions;
  readonly #agent: Agent;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.host = new URL(options.url).host;
    this.#agent = new Agent({
      maxResponseSize: BOUNDS.traefikAnswer.most,
      ...(options.ca === undefined ? {} : { connect: { ca: options.ca } }),
    });
  }

  /** @returns null where there is no such thing: another generation, or a feature that is off. @throws traefik_unreachable, traefik_refused */
  async get<T>(path: string, shape: z.ZodType<T>, signal: AbortSignal | undefined): Promise<T | null> {
    return (await this.#ask(path, shape, signal))?.data ?? null;
  }

  /** A list with all its pages: beyond the first, Traefik says in a header which is next, and 1 after the last. */
  async list<T>(path: string, shape: z.ZodType<T>, signal: AbortSignal | undefined): Promise<readonly T[] | null> {
    const all: T[] = [];
    for (let page = 1; ;) {
      const answer = await this.#ask(`${path}?per_page=${PAGE}&page=${page}`, z.array(shape), signal);
      if (answer === null) return null;
      all.push(...answer.data);
      if (answer.next <= page) return all;
      page = answer.next;
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #ask<T>(
    path: string,
    shape: z.ZodType<T>,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly data: T; readonly next: number } | null> {
    signal?.throwIfAborted();
    const { url, username, password, timeoutMs } = this.#options;
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const { statusCode, headers, body } = await request(`${url}${path}`, {
        dispatcher: this.#agent,
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
        headers: {
          accept: 'application/json',
          ...(username === undefined ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }),
        },
      });
      const text = await body.text();
      if (statusCode === 404) return null;
      if (statusCode !== 200) throw new VigieError('traefik_refused', { host: this.host, reason: `HTTP ${statusCode}` });
      return { data: this.#read(path, text, shape), next: Number(headers['x-next-page'] ?? 1) };
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof VigieError) throw error;
      const reason = deadline.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
      throw new VigieError('traefik_unreachable', { host: this.host, reason }, error);
    }
  }

  #read<T>(path: string, text: string, shape: z.ZodType<T>): T {
    const read = shape.safeParse(jsonIn(text));
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const reason = `${path}: unexpected answer at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new VigieError('traefik_refused', { host: this.host, reason });
  }
}

function jsonIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
