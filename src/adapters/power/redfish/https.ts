import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { BOUNDS } from '#kernel/bounds.ts';
import { readText } from '#kernel/bounded-text.ts';

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Absolute, with its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; null for none. */
  readonly body: string | null;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Somebody showed another certificate than the pinned one: nothing was sent. */
export class OtherCertificate extends Error {
  override readonly name = 'OtherCertificate';
  readonly got: string;

  constructor(got: string) {
    super(`another certificate than the pinned one: ${got}`);
    this.got = got;
  }
}

/**
 * One request over a stream of its own, inside TLS. Controllers sign their certificates themselves: nothing is sent before the one that they show is the pinned one.
 * @param fingerprint SHA-256 of its DER, `AB:CD:…` in capitals
 * @throws OtherCertificate; an ordinary Error where no whole answer came
 */
export async function ask(stream: Duplex, asked: Asked, fingerprint: string, signal: AbortSignal): Promise<Answered> {
  // Judged by its fingerprint right after; no authority knows it.
  const secure = connect({ socket: stream, rejectUnauthorized: false });
  try {
    await shaken(secure, signal);
    const { fingerprint256: got } = secure.getPeerCertificate();
    if (got !== fingerprint) throw new OtherCertificate(got);
    return await sent(secure, asked, signal);
  } finally {
    secure.on('error', () => undefined).destroy();
    stream.destroy();
  }
}

async function shaken(secure: TLSSocket, signal: AbortSignal): Promise<void> {
  const ends = new AbortController();
  const closed = once(secure, 'close', { signal: ends.signal }).then(() => {
    throw new Error('the connection was closed before it was secure');
  });
  try {
    await Promise.race([once(secure, 'secureConnect', { signal }), closed]);
  } finally {
    closed.catch(() => undefined);
    ends.abort();
  }
}

async function sent(secure: TLSSocket, { method, path, headers, body }: Asked, signal: AbortSignal): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>();
  const outgoing = request({
    method,
    path,
    host: 'controller',
    createConnection: () => secure,
    signal,
    headers: {
      ...headers,
      accept: 'application/json',
      'odata-version': '4.0',
      connection: 'close',
      ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    },
  });
  outgoing.on('error', reject);
  outgoing.on('response', (answer) => {
    const { statusCode = 0, headers: got } = answer;
    readText({ body: answer }, BOUNDS.redfishAnswer.most).then((text) => {
      if (text === null) return reject(new Error(`more than ${BOUNDS.redfishAnswer.most} bytes`));
      return resolve({ status: statusCode, headers: got, text });
    }, reject);
  });
  outgoing.end(body ?? undefined);
  return await promise;
}
