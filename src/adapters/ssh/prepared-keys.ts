import { createSecretKey } from 'node:crypto';
import type { Client } from 'ssh2';

/** Where ssh2 1.17 keeps what it encrypts with, and decrypts: its `lib/protocol/crypto.js`, `AESGCMCipherNative` and `AESGCMDecipherNative`. */
const KEPT = [
  ['_cipher', '_encKey'],
  ['_decipher', '_decipherKey'],
] as const;

/**
 * Prepares the keys of a connection once. ssh2 makes a cipher for each packet, of a key that it has as bytes: Node then asks twice whether these are a key of its own, which throws an error each time
 * (24.21, `isKeyObject` and `isCryptoKey` in `lib/internal/crypto/keys.js`), so that a cipher takes 10 µs instead of 2. A client's output comes in packets of some KiB: of receiving it a fifth of the
 * processor's time was that. Other ciphers, and other versions of ssh2, keep what they have.
 */
export function prepareKeys(client: Client): void {
  const protocol = partOf(client, '_protocol');
  for (const [cipher, name] of KEPT) {
    const holder = partOf(protocol, cipher);
    const key = partOf(holder, name);
    if (holder !== null && Buffer.isBuffer(key)) Reflect.set(holder, name, createSecretKey(key));
  }
}

function partOf(whole: object | null, name: string): object | null {
  const part: unknown = whole === null ? null : Reflect.get(whole, name);
  return typeof part === 'object' ? part : null;
}
