import { readText } from '#kernel/bounded-text.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import type { Json } from '#kernel/json.ts';
import { reasonOf } from '#kernel/json.ts';
import { Disconnected, Refused } from './deliver.ts';

/** Codes of the system and of undici for a connection that didn't come to be, or broke. */
const DISCONNECTED: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * Posts a document. Redirects aren't followed: a POST would become a GET without the page.
 * @throws Disconnected, Refused with the answer's status and text
 */
export async function postJson(url: string, headers: Readonly<Record<string, string>>, body: Json, deadline: AbortSignal): Promise<void> {
  const answer = await send(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal: deadline,
  });
  if (answer.ok) {
    await answer.body?.cancel();
    return;
  }
  throw new Refused(answer.status, (await readText(answer, BOUNDS.refusalText.most)) || answer.statusText);
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    // fetch says only "fetch failed": what happened is in its cause.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const reason = reasonOf(cause) || String(code);
    throw DISCONNECTED.has(code) ? new Disconnected(reason) : new Error(reason, { cause: error });
  }
}

/** What an address may hold that is secret: everything but scheme, host and port, whole and part by part. */
export function secretsIn(url: string): readonly string[] {
  const { username, password, pathname, search, searchParams } = new URL(url);
  return [url, pathname, search, username, password, ...pathname.split('/'), ...searchParams.values()].filter((part) => part.length > 1);
}
