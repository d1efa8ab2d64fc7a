import type { Duplex } from 'node:stream';
import { Pool, WebSocket } from 'undici';
import { beforeAbort } from '#kernel/abort.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { isJsonObject, isRecord, type Json, parseJson, reasonOf } from '#kernel/json.ts';
import { pinned, shownCertificate, type ShownCertificate } from './certificate.ts';
import { type Answer, NoAnswer, type Request, type Way } from './way.ts';
import { streamOf } from './web-socket.ts';

export interface HttpsOptions {
  /** `https://10.0.0.1:8006` */
  readonly url: string;
  /** SHA-256 of its certificate: `AB:CD:…`. */
  readonly fingerprint: string;
  /** `user@realm!name=secret` */
  readonly token: string;
  /** For one request, its whole answer included. */
  readonly timeoutMs: number;
}

/** More than a log of thousands of lines. */
const MAX_BYTES = BOUNDS.hypervisorAnswer.most;
/** A dead host mustn't use up the time that is left for the next one. */
const CONNECT_MS = 5_000;
/** pveproxy closes idle connections after five. */
const KEEP_ALIVE_MS = 3_000;

/** Proxmox's API on one host. The token is sent only to who has shown the pinned certificate. */
export class HttpsWay implements Way {
  readonly host: string;
  readonly #url: URL;
  readonly #options: HttpsOptions;
  #pool: Promise<Pool> | null = null;

  constructor(options: HttpsOptions) {
    this.#options = options;
    this.#url = new URL(options.url);
    this.host = this.#url.host;
  }

  async ask(request: Request, signal: AbortSignal | undefined): Promise<Answer> {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(this.#options.timeoutMs);
    const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    try {
      return await beforeAbort(either, this.#send(request, either));
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof VigieError || error instanceof NoAnswer) throw error;
      if (deadline.aborted) throw new NoAnswer(`no answer within ${this.#options.timeoutMs} ms`, { cause: error });
      if (isCertificateError(error)) await this.#lookAgain();
      throw new NoAnswer(reasonsOf(error), { cause: error });
    }
  }

  async openSocket({ path, params = {} }: Omit<Request, 'method'>, signal: AbortSignal): Promise<Duplex> {
    const pool = await this.#connected();
    const query = new URLSearchParams(Object.entries(params).map(([key, value]): [string, string] => [key, String(value)]));
    const url = `wss://${this.host}/api2/json/${path.map(encodeURIComponent).join('/')}?${query.toString()}`;
    const headers = { authorization: `PVEAPIToken=${this.#options.token}` };
    return await streamOf(new WebSocket(url, { dispatcher: pool, protocols: ['binary'], headers }), signal);
  }

  /** Which certificate the host shows now. @throws NoAnswer; the signal's reason */
  async certificate(signal?: AbortSignal): Promise<ShownCertificate> {
    const deadline = AbortSignal.timeout(Math.min(this.#options.timeoutMs, CONNECT_MS));
    try {
      return await shownCertificate(this.#url, signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
    } catch (error) {
      signal?.throwIfAborted();
      throw new NoAnswer(deadline.aborted ? 'no connection in time' : reasonsOf(error), { cause: error });
    }
  }

  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = null;
    // A pool that never came to be has told its reason to who asked.
    await pool?.then(
      (made) => made.destroy(),
      () => undefined,
    );
  }

  async #send({ method, path, params = {} }: Request, signal: AbortSignal): Promise<Answer> {
    const pool = await this.#connected();
    const form = new URLSearchParams(Object.entries(params).map(([key, value]): [string, string] => [key, String(value)])).toString();
    const inQuery = method !== 'POST' && form !== '';
    const { statusCode, statusText, body } = await pool.request({
      method,
      path: `/api2/json/${path.map(encodeURIComponent).join('/')}${inQuery ? `?${form}` : ''}`,
      headers: {
        authorization: `PVEAPIToken=${this.#options.token}`,
        accept: 'application/json',
        ...(method === 'POST' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      body: method === 'POST' ? form : null,
      signal,
    });
    return readAnswer(statusCode, statusText, await body.text());
  }

  /** The pool of the certificate that was found to be the pinned one. Several requests may wait for it: none's signal ends it. */
  #connected(): Promise<Pool> {
    if (this.#pool !== null) return this.#pool;
    const made = this.#connect();
    this.#pool = made;
    made.catch(() => {
      if (this.#pool === made) this.#pool = null;
    });
    return made;
  }

  async #connect(): Promise<Pool> {
    const shown = await this.certificate();
    const { fingerprint: expected, timeoutMs } = this.#options;
    if (shown.fingerprint !== expected.toUpperCase())
      throw new VigieError('hypervisor_fingerprint', { host: this.host, expected: expected.toUpperCase(), got: shown.fingerprint });
    return new Pool(this.#url.origin, {
      connections: 8,
      connect: { ...pinned(shown), timeout: Math.min(timeoutMs, CONNECT_MS) },
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: MAX_BYTES,
    });
  }

  /** The certificate is another one since the first look: says which. @throws hypervisor_fingerprint */
  async #lookAgain(): Promise<void> {
    await this.close();
    await (await this.#connect()).destroy();
  }
}

/** Proxmox says what is wrong in the status line, newer ones in the body too, with a line for each bad parameter. */
function readAnswer(status: number, statusText: string, text: string): Answer {
  const body = jsonOf(text);
  if (status >= 400) return { status, message: wordsOf(body, statusText, status), data: null };
  if (body === null || !isJsonObject(body) || !('data' in body)) throw new NoAnswer(`HTTP ${status}, but not what Proxmox answers`);
  return { status, message: '', data: body['data'] ?? null };
}

function wordsOf(body: Json, statusText: string, status: number): string {
  const { message, errors } = isRecord(body) ? body : {};
  const main = typeof message === 'string' && message.trim() !== '' ? message.trim() : statusText.trim() || `HTTP ${status}`;
  const single = isRecord(errors) ? Object.entries(errors).map(([key, words]) => `${key}: ${String(words).trim()}`) : [];
  return [main, ...single].join(' ');
}

function jsonOf(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const CERTIFICATE_CODES = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|ERR_TLS_CERT)/u;

function isCertificateError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CERTIFICATE_CODES.test(String(error.code));
}

/** When several addresses were tried, the words are in the single errors. */
function reasonsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return reasonOf(error);
}
