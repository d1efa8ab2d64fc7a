import { createPublicKey, verify, type KeyObject } from 'node:crypto';

/** Mattermost's own limit, with room for two clocks. */
const FRESH_MS = 30_000;
const CLOCK_SKEW_MS = 15_000;

/** The server's public key, from `AsymmetricSigningPublicKey` of its client configuration (base64 of DER). */
export function signingKey(base64: string): KeyObject {
  return createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });
}

/**
 * Checks a `trigger_id`, the one thing in a button's callback that only the server can have made: base64 of
 * `id:user:millis:signature`, ECDSA over SHA-256 of the part up to and with the last colon.
 * Source: Mattermost, `model/integration_action.go`, GenerateTriggerId and DecodeAndVerifyTriggerId.
 * @returns its id and user, or null when it is forged, stale or for somebody else
 */
export function verifyTrigger(trigger: string, user: string, key: KeyObject, now: number): { readonly id: string } | null {
  const read = readTrigger(trigger, user, now);
  return read !== null && isSigned(read, key) ? { id: read.id } : null;
}

/** A trigger that says what it must, whoever made it. */
export interface ReadTrigger {
  readonly id: string;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** What costs nothing to see: its form, its user and its age. Null when it can't be anything. */
export function readTrigger(trigger: string, user: string, now: number): ReadTrigger | null {
  const parts = Buffer.from(trigger, 'base64').toString('utf8').split(':');
  const [id, signedUser, millis, signature] = parts;
  if (parts.length !== 4 || id === undefined || id === '' || signedUser !== user || millis === undefined || signature === undefined)
    return null;
  const age = now - Number(millis);
  if (!/^\d{13}$/u.test(millis) || age > FRESH_MS + CLOCK_SKEW_MS || age < -CLOCK_SKEW_MS) return null;
  return { id, signed: Buffer.from(`${id}:${signedUser}:${millis}:`), signature: Buffer.from(signature, 'base64') };
}

export function isSigned({ signed, signature }: ReadTrigger, key: KeyObject): boolean {
  return verify('sha256', signed, key, signature);
}
