import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Remote } from '#ports/remote.ts';
import { RemoteHttpAgent, RemoteHttpsAgent } from './remote-agent.ts';

/** An API key in its encoded form, or an account. */
export type SearchAuth = { readonly apiKey: string } | { readonly username: string; readonly password: string };

/** How a cluster is reached. */
export interface SearchAddress {
  /** Of its nodes: another one is tried when one can't be reached. Through `remote`, as seen from over there. */
  readonly urls: readonly string[];
  /** PEM: the only authority whose certificates are accepted; null for those that the machine trusts. */
  readonly ca: string | null;
  readonly auth: SearchAuth | null;
  /** A machine from which the cluster can be reached. */
  readonly remote: Remote | null;
}

/** How errors name it. */
export function nameOf({ urls, remote }: SearchAddress): string {
  const list = urls.join(', ');
  return remote === null ? list : `${list} through ${remote.host}`;
}

const KEPT = { keepAlive: true, maxSockets: 8 };

export function agentFor({ urls, ca, remote }: SearchAddress, timeoutMs: number): HttpAgent | HttpsAgent {
  const secure = urls.some((url) => url.startsWith('https:'));
  const trust = ca === null ? {} : { ca };
  if (remote !== null)
    return secure ? new RemoteHttpsAgent(remote, timeoutMs, { ...KEPT, ...trust }) : new RemoteHttpAgent(remote, timeoutMs, KEPT);
  return secure ? new HttpsAgent({ ...KEPT, ...trust }) : new HttpAgent(KEPT);
}
