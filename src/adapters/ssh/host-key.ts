import { createHash } from 'node:crypto';

/** A host key's fingerprint as `ssh-keygen -lf` prints it: `SHA256:` and unpadded base64. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/**
 * A pinned fingerprint in the form of `fingerprintOf`; some tools print its padding.
 * @throws TypeError for what isn't a fingerprint: a pin that can't match must not pass for one that doesn't yet
 */
export function pinOf(text: string): string {
  if (!/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(text)) throw new TypeError(`${text} is no host key fingerprint (SHA256:…)`);
  return text.replace(/=$/, '');
}
