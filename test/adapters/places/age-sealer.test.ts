import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { buffer } from 'node:stream/consumers';
import { ReadableStream } from 'node:stream/web';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSealer } from '#adapters/places/age-sealer.ts';
import type { Sealer } from '#ports/places.ts';
import { bytes } from '#test/contract/place.contract.ts';

describe('sealing with age', () => {
  let identity = '';
  let sealer: Sealer;
  beforeAll(async () => {
    identity = await generateX25519Identity();
    sealer = createSealer(await identityToRecipient(identity));
  });

  const opened = async (sealed: Uint8Array, key = identity): Promise<Uint8Array> => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(key);
    return await buffer(await decrypter.decrypt(ReadableStream.from([sealed])));
  };

  it.each([0, 1, 65_536, 65_537, 1_000_000])('gives %d bytes back to whoever has the key', async (size) => {
    const content = await buffer(bytes(size));
    expect(content.equals(await opened(await buffer(sealer.seal(bytes(size)))))).toBe(true);
  });

  it('gives nothing to anybody else', async () => {
    const sealed = await buffer(sealer.seal(bytes(1_000)));
    await expect(opened(sealed, await generateX25519Identity())).rejects.toThrow('no identity matched');
  });

  it('is another one each time, and hides what was in it', async () => {
    const plain = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('create table users'.repeat(100));
    };
    const [one, other] = [await buffer(sealer.seal(plain())), await buffer(sealer.seal(plain()))];
    expect(one.equals(other)).toBe(false);
    expect(one.includes('create table')).toBe(false);
    expect(String(one.subarray(0, 21))).toBe('age-encryption.org/v1');
  });

  it('shows that something was changed or cut off', async () => {
    const sealed = await buffer(sealer.seal(bytes(200_000)));
    const changed = Buffer.from(sealed);
    changed[sealed.length - 100_000] = (changed[sealed.length - 100_000] ?? 0) ^ 1;
    await expect(opened(changed)).rejects.toThrow();
    await expect(opened(sealed.subarray(0, -50_000))).rejects.toThrow();
  });

  it('throws what its source threw', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield* bytes(200_000);
      throw new Error('the dump is damaged');
    };
    await expect(buffer(sealer.seal(broken()))).rejects.toThrow('the dump is damaged');
  });

  it('reads no further than it is read, and lets its source go', async () => {
    let given = 0;
    for await (const chunk of sealer.seal(bytes(50_000_000, 100_000, (so) => (given = so)))) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(given).toBeLessThan(2_000_000);
  });

  it('refuses what is no recipient', async () => {
    await expect(buffer(createSealer('age1nobody').seal(bytes(1)))).rejects.toThrow();
  });
});
