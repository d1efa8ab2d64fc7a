import type { Sealer } from '#ports/places.ts';

/** Looks like age to whoever doesn't try to read it: a header, and bytes that aren't the content's. For tests that seal much and open nothing. */
export function lookAlikeSealer(): Sealer {
  return {
    recipient: 'age1lookalike',
    async *seal(source) {
      yield Buffer.from('age-encryption.org/v1\n');
      for await (const chunk of source) yield Buffer.from(chunk.map((byte) => byte ^ 0x5a));
    },
  };
}
