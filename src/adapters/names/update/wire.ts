import { isIPv6 } from 'node:net';

/** Numbers of types and classes. Source: RFC 1035, RFC 3596, RFC 2136, RFC 8945. */
export const TYPE = { A: 1, SOA: 6, AAAA: 28, TSIG: 250 } as const;
export const CLASS = { IN: 1, NONE: 254, ANY: 255 } as const;

export type AddressType = 'A' | 'AAAA';

export function typeOf(address: string): AddressType {
  return isIPv6(address) ? 'AAAA' : 'A';
}

/** Numbers of 16 bits, one behind the other. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value & 0xff_ff, index * 2);
  return bytes;
}

/** A name in canonical form: small letters, nothing shortened. */
export function nameBytes(name: string): Buffer {
  const labels = name
    .toLowerCase()
    .split('.')
    .filter((label) => label !== '');
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), Buffer.from(label, 'latin1')]), Buffer.of(0)]);
}

export interface WireRecord {
  readonly name: string;
  readonly type: number;
  readonly class: number;
  /** In seconds. */
  readonly ttl: number;
  readonly data: Uint8Array;
}

export function recordBytes({ name, type, class: kind, ttl, data }: WireRecord): Buffer {
  return Buffer.concat([nameBytes(name), words(type, kind, ttl >>> 16, ttl, data.length), data]);
}

/** An address as a record holds it: four bytes, or sixteen. @param address a valid one */
export function addressBytes(address: string): Buffer {
  if (typeOf(address) === 'A') return Buffer.from(address.split('.').map(Number));
  const [left = '', right] = address.split('::');
  const groups = (part: string): readonly string[] => (part === '' ? [] : part.split(':').flatMap(group));
  const [head, tail] = [groups(left), groups(right ?? '')];
  const gap = Array.from<string>({ length: Math.max(0, 8 - head.length - tail.length) }).fill('0');
  return words(...[...head, ...(right === undefined ? [] : gap), ...tail].map((part) => Number.parseInt(part, 16)));
}

/** The last 32 bits may be written as an IPv4 address. */
function group(part: string): readonly string[] {
  if (!part.includes('.')) return [part];
  const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
  return [(a * 256 + b).toString(16), (c * 256 + d).toString(16)];
}
