import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { AppError } from './errors.ts';
import { newId } from './ids.ts';

/** The server's asymmetric signing key: ECDSA on P-256. */
export interface TriggerKeys {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function newTriggerKeys(): TriggerKeys {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

/** What `config/client` publishes as `AsymmetricSigningPublicKey`: base64 of the DER SPKI. */
export function publicKeyForClients(keys: TriggerKeys): string {
  return keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** The proof, given to an integration, that this person has just clicked or typed. */
export interface Trigger {
  /** Short half, told to the person's own client. */
  clientTriggerId: string;
  /** base64(`clientTriggerId:userId:millis:` + base64 signature of that, colon included). */
  triggerId: string;
}

export function makeTrigger(keys: TriggerKeys, userId: string, now: number): Trigger {
  const clientTriggerId = newId();
  const data = `${clientTriggerId}:${userId}:${now}:`;
  const signature = sign('sha256', Buffer.from(data), { key: keys.privateKey, dsaEncoding: 'der' }).toString('base64');
  return { clientTriggerId, triggerId: Buffer.from(data + signature).toString('base64') };
}

/**
 * Reads a trigger back.
 * @param maxAgeMs the server's own integration timeout: Mattermost uses one setting for both.
 * @throws AppError 400 naming what is wrong with it.
 */
export function readTrigger(
  keys: TriggerKeys,
  triggerId: string,
  now: number,
  maxAgeMs: number,
): { clientTriggerId: string; userId: string } {
  const bytes = Buffer.from(triggerId, 'base64');
  if (bytes.toString('base64') !== triggerId) throw new AppError('interactive_message.decode_trigger_id.base64_decode_failed');
  const [clientTriggerId, userId, millis, signature, ...rest] = bytes.toString('utf8').split(':');
  if (clientTriggerId === undefined || userId === undefined || signature === undefined || rest.length > 0) {
    throw new AppError('interactive_message.decode_trigger_id.missing_data');
  }
  if (now - Number(millis) > maxAgeMs) throw new AppError('interactive_message.decode_trigger_id.expired');
  const data = Buffer.from(`${clientTriggerId}:${userId}:${millis}:`);
  if (!verify('sha256', data, { key: keys.publicKey, dsaEncoding: 'der' }, Buffer.from(signature, 'base64'))) {
    throw new AppError('interactive_message.decode_trigger_id.verify_signature_failed');
  }
  return { clientTriggerId, userId };
}
