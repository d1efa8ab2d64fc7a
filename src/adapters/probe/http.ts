import { request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { beforeAbort } from '#kernel/abort.ts';
import { parseProbeTarget } from '#domain/alert/probe-target.ts';
import { judgeCertificate } from './certificate.ts';
import { openSocket, openTls } from './sockets.ts';
import { ProbeFailure, type Walk } from './walk.ts';
import { BOUNDS } from '#kernel/bounds.ts';

export interface HttpExpectation {
  readonly status?: readonly number[] | undefined;
  readonly body?: string | undefined;
  readonly redirects: number;
  /** Where to connect for the name of the target, in the place of an address that it has. */
  readonly address?: string | undefined;
}

export interface HttpMeans {
  readonly ca: readonly string[] | null;
  readonly now: number;
}

const BODY_MAX = BOUNDS.probeBody.most;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Asks with GET, following redirects, and judges the last answer. @throws ProbeFailure */
export async function walkHttp(way: Walk, expected: HttpExpectation, means: HttpMeans, deadline: AbortSignal): Promise<void> {
  let url = way.target;
  for (let left = expected.redirects; ; left -= 1) {
    const next = await visit(way, { url, left }, { expected, means }, deadline);
    if (next === null) return;
    url = next;
  }
}

interface Visit {
  readonly url: string;
  /** Redirects that may still be followed. */
  readonly left: number;
}

/** @returns where a redirect leads to that is to be followed, or null when the answer was as expected */
async function visit(
  way: Walk,
  { url, left }: Visit,
  { expected, means }: { readonly expected: HttpExpectation; readonly means: HttpMeans },
  deadline: AbortSignal,
): Promise<string | null> {
  const pinned = isSameHost(url, way.target) ? expected.address : undefined;
  const socket = await openFor(way, { url, address: pinned }, means, deadline);
  try {
    way.enter('http');
    const answer = await beforeAbort(deadline, ask(url, socket));
    const status = answer.statusCode ?? 0;
    const { location } = answer.headers;
    if (REDIRECTS.has(status) && location !== undefined && expected.redirects > 0) {
      if (left > 0) return new URL(location, url).href;
      throw new ProbeFailure({ code: 'probe_redirects', params: { target: way.target, limit: expected.redirects } }, 'too many redirects');
    }
    way.see({ http: { status, url, text: status < 400 ? '' : await textOf(answer, deadline) } });
    judgeStatus(way, status, expected.status);
    if (expected.body !== undefined) await judgeBody(way, answer, expected.body, deadline);
    return null;
  } finally {
    socket.destroy();
  }
}

/** Where to, and the address to connect to where it isn't the name's own. */
interface Destination {
  readonly url: string;
  readonly address: string | undefined;
}

async function openFor(way: Walk, { url, address }: Destination, { ca, now }: HttpMeans, deadline: AbortSignal): Promise<Socket> {
  const target = parseProbeTarget('http', url);
  if (target === null) {
    way.enter('http');
    throw new ProbeFailure(
      { code: 'probe_broken', params: { target: way.target, hop: 'http', reason: 'bad redirect' } },
      `redirect to ${url}`,
    );
  }
  const socket = await openSocket(way, { ...target, host: address ?? target.host }, deadline);
  if (url.startsWith('http:')) return socket;
  const secure = await openTls(way, socket, { name: target.host, ca }, deadline);
  try {
    judgeCertificate(way, secure, 0, now);
    return secure;
  } catch (error) {
    secure.destroy();
    throw error;
  }
}

async function ask(url: string, socket: Socket): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { host, pathname, search } = new URL(url);
  const headers = { host, 'user-agent': 'vigie', accept: '*/*', connection: 'close' };
  request({ createConnection: () => socket, path: `${pathname}${search}`, headers })
    .on('response', resolve)
    .on('error', reject)
    .end();
  return await promise;
}

function judgeStatus({ target }: Walk, status: number, expected: readonly number[] | undefined): void {
  const good = expected === undefined ? status < 400 : expected.includes(status);
  if (good) return;
  const params = { target, status, expected: expected === undefined ? null : [...expected] };
  throw new ProbeFailure({ code: 'probe_status', params }, `HTTP ${status}`);
}

async function judgeBody(way: Walk, answer: IncomingMessage, expected: string, deadline: AbortSignal): Promise<void> {
  way.enter('content');
  const body = await beforeAbort(deadline, beginningOf(answer));
  if (body.includes(expected)) return;
  throw new ProbeFailure({ code: 'probe_body', params: { target: way.target, expected } }, 'the body lacks what is expected');
}

const SAID_MAX = BOUNDS.probeSaid.most;

/** What a bad answer says: enough to know whose it is. One that ends within says as much as it did. */
async function textOf(answer: IncomingMessage, deadline: AbortSignal): Promise<string> {
  const said = await beforeAbort(deadline, beginningOf(answer));
  return said.slice(0, SAID_MAX).trim();
}

function isSameHost(url: string, target: string): boolean {
  return parseProbeTarget('http', url)?.host === parseProbeTarget('http', target)?.host;
}

async function beginningOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    if (!(chunk instanceof Uint8Array)) continue;
    const bytes = Buffer.from(chunk);
    chunks.push(bytes);
    size += bytes.length;
    if (size >= BODY_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_MAX).toString();
}
