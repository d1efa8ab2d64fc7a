import { isRecord, reasonOf } from '#kernel/json.ts';

/** What stands behind an address that somebody typed. */
export type ServerAt =
  | { readonly kind: 'mattermost' }
  | { readonly kind: 'moved'; readonly to: string }
  | { readonly kind: 'other'; readonly reason: string }
  | { readonly kind: 'untrusted' | 'no-tls' | 'unknown-name' | 'refused' | 'silent' | 'unreachable'; readonly reason: string };

const ANSWER_MS = 5_000;
const UNTRUSTED = /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/u;
const NO_TLS = /^(?:ERR_SSL_\w+|EPROTO)$/u;
const KINDS = { ENOTFOUND: 'unknown-name', EAI_AGAIN: 'unknown-name', ECONNREFUSED: 'refused', EHOSTUNREACH: 'unreachable' } as const;

/**
 * Asks who answers there, without an account.
 * @param url `https://team.picasoft.net`, without a slash at the end
 */
export async function serverAt(url: string): Promise<ServerAt> {
  try {
    const answer = await fetch(`${url}/api/v4/system/ping`, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'manual' });
    const to = answer.headers.get('location');
    if (answer.status >= 300 && answer.status < 400 && to !== null) return { kind: 'moved', to: baseOf(to, url) };
    const text = await answer.text();
    if (isPing(text)) return { kind: 'mattermost' };
    return { kind: 'other', reason: text.trimStart().startsWith('<') ? 'a web page' : `HTTP ${answer.status}` };
  } catch (error) {
    return failureOf(error);
  }
}

function isPing(text: string): boolean {
  try {
    const answer: unknown = JSON.parse(text);
    return isRecord(answer) && typeof answer['status'] === 'string';
  } catch {
    return false;
  }
}

/** Where a redirection leads, without what was asked for there. */
function baseOf(location: string, url: string): string {
  const to = new URL(location, `${url}/`);
  return `${to.origin}${to.pathname.replace(/\/api\/v4\/.*$/u, '').replace(/\/$/u, '')}`;
}

function failureOf(error: unknown): ServerAt {
  if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'silent', reason: `no answer within ${ANSWER_MS / 1_000} s` };
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = isRecord(cause) && typeof cause['code'] === 'string' ? cause['code'] : '';
  const reason = code === '' ? reasonOf(cause) : `${reasonOf(cause)} (${code})`;
  if (UNTRUSTED.test(code)) return { kind: 'untrusted', reason };
  if (NO_TLS.test(code)) return { kind: 'no-tls', reason: code };
  return { kind: Object.entries(KINDS).find(([name]) => name === code)?.[1] ?? 'unreachable', reason };
}
