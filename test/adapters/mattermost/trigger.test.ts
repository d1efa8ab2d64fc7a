import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signingKey, verifyTrigger } from '#adapters/mattermost/trigger.ts';

const NOW = Date.UTC(2026, 10, 2, 12);
const server = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const key = signingKey(server.publicKey.export({ format: 'der', type: 'spki' }).toString('base64'));

/** As the server makes one; `signed` is what the signature is over. */
function trigger(change: { id?: string; user?: string; at?: string; pair?: typeof server; signed?: string } = {}): string {
  const { id = 'abc', user = 'alice', at = String(NOW), pair = server } = change;
  const signature = sign('sha256', Buffer.from(change.signed ?? `${id}:${user}:${at}:`), pair.privateKey).toString('base64');
  return Buffer.from(`${id}:${user}:${at}:${signature}`).toString('base64');
}

describe('the trigger of a click', () => {
  it('is believed when the server signed it for this person just now', () => {
    expect(verifyTrigger(trigger(), 'alice', key, NOW + 1_000)).toEqual({ id: 'abc' });
  });

  it.each([
    ['44 s old', 44_000],
    ['of a server whose clock is ahead by 14 s', -14_000],
  ])('is believed when it is %s', (_what, age) => {
    expect(verifyTrigger(trigger(), 'alice', key, NOW + age)).not.toBeNull();
  });

  it.each<[what: string, text: string, user?: string, now?: number]>([
    ['nothing', ''],
    ['text', 'hello'],
    ['for somebody else', trigger(), 'eve'],
    ['signed by a stranger', trigger({ pair: stranger })],
    ['signed for somebody else', trigger({ signed: `abc:eve:${NOW}:` })],
    ['signed at another time', trigger({ signed: 'abc:alice:1000000000000:' })],
    ['with another id', trigger({ id: 'abd', signed: `abc:alice:${NOW}:` })],
    ['without an id', trigger({ id: '' })],
    ['a minute old', trigger(), 'alice', NOW + 60_000],
    ['of the future', trigger(), 'alice', NOW - 60_000],
    ['with a time that is no number', trigger({ at: 'NaN' })],
    ['with a time in exponent form', trigger({ at: '1e12' })],
    ['with a part too many', Buffer.from(`abc:alice:${NOW}:x:y`).toString('base64')],
    ['with a part too few', Buffer.from(`abc:alice:${NOW}`).toString('base64')],
    ['with a signature that is no signature', Buffer.from(`abc:alice:${NOW}:c2ln`).toString('base64')],
    ['with an empty signature', Buffer.from(`abc:alice:${NOW}:`).toString('base64')],
  ])('is not believed when it is %s', (_what, text, user = 'alice', now = NOW) => {
    expect(verifyTrigger(text, user, key, now)).toBeNull();
  });
});
