import { Client4 } from '@mattermost/client';
import pRetry, { AbortError } from 'p-retry';
import { readText } from '#kernel/bounded-text.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { isRecord, reasonOf } from '#kernel/json.ts';
import { createBreaker, type Breaker } from './breaker.ts';
import { keptConnections } from './kept.ts';

export interface RestOptions {
  /** `https://team.picasoft.net`, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly clock: Clock;
  readonly timeoutMs?: number;
  /** Shared by all that ask the same Mattermost; left out: one of its own. */
  readonly breaker?: Breaker;
}

const TIMEOUT_MS = 10_000;
const TRIES = 3;
/** A rate limit longer than this isn't waited for: the outbox comes back later. */
const LONGEST_WAIT_MS = 20_000;

type ClientOptions = Parameters<Client4['getOptions']>[0];

interface Answer {
  readonly response: Response;
  readonly headers: Headers;
  readonly data: unknown;
}

/**
 * Mattermost's own client with what it lacks: time-outs, back-off on 429 (whose reset it hides) and, for reads, on 5xx;
 * and errors that tell a refusal from an outage. Every method throws `chat_unreachable`, `chat_token_invalid` or
 * `chat_refused` (with Mattermost's error id: its messages are localised).
 */
export function createRest(options: RestOptions): Client4 {
  const client = new Client4();
  client.setUrl(options.url);
  client.setToken(options.token);
  client.setUserAgent('vigie');
  client.setIncludeCookies(false);
  client.logToConsole = false;
  const breaker = options.breaker ?? createBreaker(options.url, options.clock);
  const exchange = async (url: string, init: ClientOptions): Promise<Answer> => {
    breaker.check();
    const method = (init.method ?? 'get').toLowerCase();
    return await pRetry(() => once(options, url, client.getOptions({ ...init, method }), method), {
      retries: TRIES - 1,
      minTimeout: 200,
      factor: 3,
      randomize: true,
      shouldRetry: ({ error }) => error instanceof Retryable,
    }).catch((error: unknown) => {
      const problem = error instanceof Retryable ? error.problem : error;
      if (problem instanceof VigieError && isSilence(problem)) breaker.open(problem);
      throw problem;
    });
  };
  // Its one door to the network is a private property: replaced, so that every method goes through the above.
  Object.defineProperty(client, 'doFetchWithResponse', { value: exchange });
  return client;
}

class Retryable extends Error {
  readonly problem: VigieError;

  constructor(problem: VigieError) {
    super(problem.message);
    this.problem = problem;
  }
}

async function once(options: RestOptions, url: string, init: object, method: string): Promise<Answer> {
  const host = hostOf(options);
  const { response, data } = await send(options, url, init, method);
  if (response.status === 429) return await rateLimited(options, response, host);
  if (response.status >= 500) throw again(method, new VigieError('chat_unreachable', { host, reason: `HTTP ${response.status}` }));
  if (response.status === 401) throw new AbortError(new VigieError('chat_token_invalid', { host }));
  if (!response.ok) throw new AbortError(new VigieError('chat_refused', { host, status: response.status, id: errorId(data) }));
  if (typeof data === 'string' && data.startsWith('<'))
    throw new AbortError(new VigieError('chat_unreachable', { host, reason: 'answered a web page instead of JSON' }));
  return { response, headers: response.headers, data };
}

function hostOf({ url }: RestOptions): string {
  return new URL(url).host;
}

async function send(options: RestOptions, url: string, init: object, method: string): Promise<Pick<Answer, 'response' | 'data'>> {
  const host = hostOf(options);
  try {
    const response = await fetch(url, { ...init, ...keptConnections(), signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS) });
    return { response, data: await bodyOf(response, host) };
  } catch (error) {
    if (error instanceof AbortError) throw error;
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const problem = new VigieError('chat_unreachable', { host, reason: reasonOf(cause) }, error);
    // A server that kept silent for so long isn't asked again at once.
    throw isSilence(problem) ? new AbortError(problem) : again(method, problem);
  }
}

/** Nobody answered within the time-out. */
function isSilence({ cause }: VigieError): boolean {
  return cause instanceof Error && cause.name === 'TimeoutError';
}

/** Only reads are sent again from here: whoever writes looks first whether it was written. */
function again(method: string, problem: VigieError): Error {
  return method === 'get' ? new Retryable(problem) : new AbortError(problem);
}

/** `X-RateLimit-Reset` is in seconds from now, not an epoch. A refused request did nothing: any method may go again. */
async function rateLimited(options: RestOptions, response: Response, host: string): Promise<never> {
  const seconds = Number(response.headers.get('X-RateLimit-Reset') ?? '1');
  const waitMs = Math.max(100, (Number.isFinite(seconds) ? seconds : 1) * 1_000);
  const problem = new VigieError('chat_unreachable', { host, reason: `rate limit, ${Math.ceil(waitMs / 1_000)} s` });
  if (waitMs > LONGEST_WAIT_MS) throw new AbortError(problem);
  await options.clock.sleep(waitMs);
  throw new Retryable(problem);
}

async function bodyOf(response: Response, host: string): Promise<unknown> {
  const text = await readText(response, BOUNDS.chatAnswer.most);
  if (text === null) throw new AbortError(new VigieError('chat_unreachable', { host, reason: 'the answer is too large' }));
  if (!(response.headers.get('Content-Type') ?? '').startsWith('application/json')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function errorId(data: unknown): string {
  return isRecord(data) && typeof data['id'] === 'string' ? data['id'] : '';
}
