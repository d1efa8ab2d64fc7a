import { ReadableStream } from 'node:stream/web';
import type { Sealer } from '#ports/places.ts';

/**
 * Encrypts to an age recipient, whose key isn't on vigie's machine: whoever breaks in here reads nothing of what was sealed before.
 * The library is imported on first use.
 * @param recipient `age1…`
 */
export function createSealer(recipient: string): Sealer {
  return {
    recipient,
    async *seal(source) {
      const { Encrypter } = await import('age-encryption');
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      yield* await encrypter.encrypt(ReadableStream.from(source));
    },
  };
}
