import { randomInt } from 'node:crypto';

/** No vowels, so that no word appears; no 0/o, 1/l/i, which a phone's font confuses. */
const ALPHABET = '23456789bcdfghjkmnpqrstvwxz';

/**
 * A short id to type on a phone, such as `p7k`: a letter, a digit, a letter, so that it can't be taken for a word,
 * with a longer tail once too many are taken.
 * @param taken says whether an id is in use; ids are never used twice
 */
export function freshShortId(taken: (id: string) => boolean): string {
  for (let attempt = 0; ; attempt += 1) {
    const length = attempt < 40 ? 3 : 5;
    const id = `${pick(8)}${pick(0, 8)}${Array.from({ length: length - 2 }, () => pick(8)).join('')}`;
    if (!taken(id)) return id;
  }
}

/** An id that nobody types, never used before: 100 bits of chance. */
export function freshLongId(): string {
  return Array.from({ length: 21 }, () => pick(0)).join('');
}

function pick(from: number, to: number = ALPHABET.length): string {
  return ALPHABET.charAt(randomInt(from, to));
}
