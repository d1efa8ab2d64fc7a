import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A certificate and its key, both PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Names and IPv4 addresses that it is for; the first one is its common name. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch. */
  readonly from?: number;
  readonly to?: number;
  /** Who signs it; itself by default. */
  readonly by?: Authority;
}

/** What signs others. */
export interface Authority extends Certificate {
  readonly name: string;
  readonly signer: KeyObject;
}

const DAY_MS = 86_400_000;

/** A certificate for a server, as DER made by hand: a test needs nothing but Node, and dates as it likes them. */
export function makeCertificate({ names, from, to, by }: CertificateOptions): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = names[0] ?? 'nobody';
  const extensions = [extension(SUBJECT_ALT_NAME, sequence(...names.map(generalName)))];
  const cert = issue({ issuer: by?.name ?? name, subject: name, publicKey, signer: by?.signer ?? privateKey, from, to, extensions });
  return { cert, key: pemOf(privateKey) };
}

/** An authority that signed itself. */
export function makeAuthority(name: string): Authority {
  const { privateKey: signer, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [extension(BASIC_CONSTRAINTS, sequence(Buffer.from([0x01, 0x01, 0xff])))];
  const cert = issue({ issuer: name, subject: name, publicKey, signer, from: undefined, to: undefined, extensions });
  return { name, cert, key: pemOf(signer), signer };
}

interface Issue {
  readonly issuer: string;
  readonly subject: string;
  readonly publicKey: KeyObject;
  readonly signer: KeyObject;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly extensions: readonly Buffer[];
}

const ECDSA_SHA256 = sequence(Buffer.from('06082a8648ce3d040302', 'hex'));
const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SUBJECT_ALT_NAME = Buffer.from('0603551d11', 'hex');
const BASIC_CONSTRAINTS = Buffer.from('0603551d13', 'hex');

/** RFC 5280, 4.1 */
function issue({ issuer, subject, publicKey, signer, from, to, extensions }: Issue): string {
  const now = Date.now();
  const body = sequence(
    der(0xa0, Buffer.from([0x02, 0x01, 0x02])),
    der(0x02, Buffer.from([1, ...crypto.getRandomValues(new Uint8Array(8))])),
    ECDSA_SHA256,
    nameOf(issuer),
    sequence(time(from ?? now - DAY_MS), time(to ?? now + 30 * DAY_MS)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]));
  const base64 = sequence(body, ECDSA_SHA256, signature).toString('base64');
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/gu, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function nameOf(name: string): Buffer {
  return sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(name)))));
}

/** UTCTime: `YYMMDDHHMMSSZ`. */
function time(at: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(at).toISOString().replaceAll(/[-:T]/gu, '').slice(2, 14)}Z`));
}

function extension(oid: Buffer, content: Buffer): Buffer {
  return sequence(oid, der(0x04, content));
}

function generalName(name: string): Buffer {
  const address = /^\d+\.\d+\.\d+\.\d+$/u.test(name);
  return address ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
}

function pemOf(key: KeyObject): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }));
}
