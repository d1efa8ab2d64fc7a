import { createHash, randomBytes } from 'node:crypto';
import type { Account } from '../refusals.ts';

/** What the service wants to be answered to, and how often it was. */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  uses: number;
}

const PATH = '/wsman';

/** Reads `WWW-Authenticate` as AMT writes it: `Digest realm="Digest:4C1C…", nonce="…",stale="false",qop="auth"`; null for anything else. */
export function readChallenge(header: string | undefined): Challenge | null {
  if (header === undefined || !/^Digest /iu.test(header)) return null;
  const parts = new Map([...header.matchAll(/(\w+)="?([^",]*)"?/gu)].map(([, name = '', value = '']) => [name.toLowerCase(), value]));
  const [realm, nonce] = [parts.get('realm'), parts.get('nonce')];
  return realm === undefined || nonce === undefined || nonce === '' ? null : { realm, nonce, uses: 0 };
}

/** The header that answers a challenge (RFC 2617, MD5 with `qop=auth`: all that AMT 11 knows). The nonce's count grows with each use. */
export function authorization({ user, password }: Account, challenge: Challenge): string {
  challenge.uses += 1;
  const { realm, nonce } = challenge;
  const count = challenge.uses.toString(16).padStart(8, '0');
  const own = randomBytes(8).toString('hex');
  const response = md5([md5(`${user}:${realm}:${password}`), nonce, count, own, 'auth', md5(`POST:${PATH}`)].join(':'));
  return `Digest username="${user}",realm="${realm}",nonce="${nonce}",uri="${PATH}",response="${response}",qop=auth,nc=${count},cnonce="${own}"`;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
