import { randomBytes } from 'node:crypto';

/** Mattermost's own base32: no 0, l, v or 2, so that identifiers can be read aloud. */
const ALPHABET = 'ybndrfg8ejkmcpqxot1uwisza345h769';

/** A new 26-character identifier, 128 random bits, as Mattermost makes them for users, posts, tokens and requests. */
export function newId(): string {
  let bits = 0;
  let width = 0;
  let id = '';
  for (const byte of randomBytes(16)) {
    bits = (bits << 8) | byte;
    width += 8;
    while (width >= 5) {
      width -= 5;
      id += ALPHABET.charAt((bits >>> width) & 31);
    }
    bits &= (1 << width) - 1;
  }
  return id + ALPHABET.charAt((bits << (5 - width)) & 31);
}
