/** A word as any keyboard types it: without accents, in small letters, with a plain apostrophe. */
export function fold(word: string): string {
  return word.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/[’‘]/gu, "'").replaceAll(/œ/giu, 'oe').toLowerCase();
}
