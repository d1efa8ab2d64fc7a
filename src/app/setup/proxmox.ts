import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '#kernel/json.ts';
import { textIn, writeSecret, type Account } from './files.ts';
import { answered, NONE, Unfit, type Interview } from './interview.ts';

const LOOK_MS = 2_000;

/** A hypervisor that showed its certificate. */
export interface FoundProxmox {
  readonly name: string;
  readonly url: string;
  readonly fingerprint: string;
  /** Where its API token is kept; null: it has none yet. */
  readonly tokenFile: string | null;
}

export interface ProxmoxQuestion {
  readonly given: string | undefined;
  readonly credentials: string;
  readonly account: Account;
}

/** Proxmox: on this machine or on its gateway, which a guest's hypervisor often is, or where the person says. Null: none. */
export async function askProxmox(interview: Interview, { given, credentials, account }: ProxmoxQuestion): Promise<FoundProxmox | null> {
  const near = given === undefined ? await nearProxmox() : null;
  const shown = await answered(interview, {
    ask: 'Proxmox (https://host:8006; none: no hypervisor)',
    option: '--proxmox',
    given,
    fallback: near ?? 'none',
    async judge(typed) {
      if (NONE.test(typed)) return null;
      const url = typed.replace(/\/+$/u, '');
      if (!/^https:\/\/[^/:\s@]+:\d{1,5}$/u.test(url))
        throw new Unfit(`"${typed}" is no address such as https://10.0.0.1:8006, with the port`);
      const found = await proxmoxAt(url);
      if (typeof found === 'string') throw new Unfit(`${url} shows no certificate: ${found}`);
      interview.say(`✓ ${url} shows a certificate of ${found.name}. Compare it there with: pvenode cert info\n  ${found.fingerprint}`);
      return found;
    },
  });
  return shown === null ? null : { ...shown, tokenFile: await askProxmoxToken(interview, join(credentials, 'proxmox_token'), account) };
}

const PROXMOX_TOKEN = /^[^\s@!=]+@[^\s@!=]+![A-Za-z][\w.-]*=\S+$/u;

/** A file that is there is the answer; nobody types a token into an option. */
async function askProxmoxToken(interview: Interview, path: string, account: Account): Promise<string | null> {
  if (textIn(path) !== null) {
    interview.say(`= ${path} is there`);
    return path;
  }
  if (interview.asker === null) return null;
  return await answered(interview, {
    ask: "vigie's API token there, user@realm!name=secret (nothing: later)",
    explain: 'How it is made, and which rights it needs: docs/virtual-machines.md#the-account',
    option: path,
    given: undefined,
    secret: true,
    judge(token) {
      if (token === '') return null;
      if (!PROXMOX_TOKEN.test(token))
        throw new Unfit('that is no API token of Proxmox: user@realm!name=secret, as it was shown when it was made');
      writeSecret(path, token, account);
      interview.say(`✓ Proxmox's token in ${path}, for ${account.name} alone`);
      return path;
    },
  });
}

async function nearProxmox(): Promise<string | null> {
  for (const host of ['127.0.0.1', ...gateways()]) {
    const url = `https://${host}:8006`;
    if (typeof (await proxmoxAt(url)) !== 'string') return url;
  }
  return null;
}

/** @returns why not, as text */
async function proxmoxAt(url: string): Promise<Omit<FoundProxmox, 'tokenFile'> | string> {
  const { shownCertificate } = await import('#adapters/proxmox/certificate.ts');
  try {
    const { pem, fingerprint } = await shownCertificate(new URL(url), AbortSignal.timeout(LOOK_MS));
    const name = /CN=([\w-]+)/u.exec(new X509Certificate(pem).subject)?.[1] ?? 'pve';
    return { name, url, fingerprint };
  } catch (error) {
    return reasonOf(error);
  }
}

/** Of this machine, as Linux tells them. */
function gateways(): readonly string[] {
  try {
    const lines = readFileSync('/proc/net/route', 'utf8').split('\n').slice(1);
    return lines.map((line) => line.split('\t')).flatMap(([, to, by]) => (to === '00000000' && by !== undefined ? dotted(by) : []));
  } catch {
    return [];
  }
}

function dotted(hexadecimal: string): string {
  return (hexadecimal.match(/../gu) ?? [])
    .map((pair) => Number.parseInt(pair, 16))
    .toReversed()
    .join('.');
}
