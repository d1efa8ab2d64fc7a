import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from './json.ts';

/** Changes whenever the way of hashing does, so that an old hash never equals a new one. */
const VERSION = 'v1';

/**
 * Hash of a value that doesn't depend on the order of its keys (RFC 8785). It is what people approve.
 * @returns `v1:` and 64 hexadecimal digits
 * @throws TypeError for a number that isn't an integer: two machines may print a fraction differently
 */
export function canonicalHash(value: Json): string {
  refuseFractions(value, '$');
  return `${VERSION}:${sha256(canonicalize(value) ?? 'null')}`;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function refuseFractions(value: Json, path: string): void {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new TypeError(`${path} is ${value}: only integers can be hashed`);
  if (typeof value !== 'object' || value === null) return;
  const isList = Array.isArray(value);
  for (const [key, item] of Object.entries(value)) refuseFractions(item, isList ? `${path}[${key}]` : `${path}.${key}`);
}
