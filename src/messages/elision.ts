/** Words that lose their vowel before another one, with what is left of them. */
const ELIDED: Readonly<Record<string, string>> = { de: 'd’', que: 'qu’', le: 'l’', la: 'l’' };
/** Names as people pronounce them: `Yves` and `Yvonne` like a vowel, `Yann` not. An h is taken as it is written. */
const VOWEL = /^\P{L}*(?:[aeiouàâäéèêëîïôöùûüœæ]|y[^aeiouàâäéèêëîïôöùûü])/iu;

/** `de ` or `d’`, as French has it before that name: `d’alice`, `de bob`. */
export function ledBy(word: string, name: string): string {
  const short = Object.hasOwn(ELIDED, word) ? ELIDED[word] : undefined;
  return short !== undefined && VOWEL.test(name) ? short : `${word} `;
}
