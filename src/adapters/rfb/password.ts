import { createCipheriv } from 'node:crypto';

const KEY_LENGTH = 8;

/**
 * Answers VNC's challenge: DES with the password as its key, the bits of each byte mirrored. OpenSSL 3 has no single DES without its legacy
 * provider; three times the same key in triple DES is the same cipher.
 */
export function answerTo(challenge: Buffer, password: string): Buffer {
  const key = Buffer.alloc(KEY_LENGTH);
  Buffer.from(password, 'latin1').copy(key, 0, 0, KEY_LENGTH);
  const mirrored = Buffer.from(key.map(mirror));
  return createCipheriv('des-ede3-ecb', Buffer.concat([mirrored, mirrored, mirrored]), null)
    .setAutoPadding(false)
    .update(challenge);
}

function mirror(byte: number): number {
  let mirrored = 0;
  for (let bit = 0; bit < 8; bit += 1) if ((byte & (1 << bit)) !== 0) mirrored |= 128 >> bit;
  return mirrored;
}
