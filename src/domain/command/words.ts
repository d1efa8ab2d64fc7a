import type { Problem } from '#kernel/errors.ts';

/** A word of a command, and whether it was quoted: a quoted `--x` is text, not an option. */
export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** What phones and French keyboards type: each opening quote with what may close it. */
const QUOTES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '“': '”“"',
  '”': '”"',
  '„': '“”"',
  '«': '»',
  '‘': '’‘',
};
const DASHES = /^(?:—|–|―)(?=\p{L})/u;
const BLANK = /[\s\u00a0\u202f\u200b\ufeff]/u;

/**
 * Splits a command into words. A quote counts only at the start of a word, so that `l'été est là` is three words;
 * a leading long dash is read as `--`.
 */
export function splitWords(text: string): readonly Word[] | Problem {
  const words: Word[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (BLANK.test(char)) {
      at += 1;
      continue;
    }
    const closing = QUOTES[char];
    const start = at;
    if (closing === undefined) {
      while (at < text.length && !opensValue(text, start, at) && !BLANK.test(text.charAt(at))) at += 1;
      const plain = text.slice(start, at).replace(DASHES, '--');
      if (at >= text.length || BLANK.test(text.charAt(at))) {
        words.push({ text: plain, quoted: false });
        continue;
      }
      // --option="several words"
      const value = readQuoted(text, at);
      if ('code' in value) return value;
      words.push({ text: plain + value.inner, quoted: false });
      at = value.end;
      continue;
    }
    const value = readQuoted(text, at);
    if ('code' in value) return value;
    words.push({ text: value.inner, quoted: true });
    at = value.end;
  }
  return words;
}

/** True at the quote of `--name="…`. */
function opensValue(text: string, start: number, at: number): boolean {
  return at > start && text.charAt(at - 1) === '=' && QUOTES[text.charAt(at)] !== undefined && /^(?:--|—|–)/u.test(text.slice(start, at));
}

function readQuoted(text: string, at: number): { inner: string; end: number } | Problem {
  const opening = text.charAt(at);
  const closing = QUOTES[opening] ?? opening;
  let end = at + 1;
  while (end < text.length && !closesAt(text, end, closing)) end += 1;
  if (end >= text.length) return { code: 'quote_open', params: { quote: opening } };
  return { inner: text.slice(at + 1, end).trim(), end: end + 1 };
}

/** A closing quote ends a word: it stands before a blank or the end. */
function closesAt(text: string, at: number, closing: string): boolean {
  return closing.includes(text.charAt(at)) && (at + 1 >= text.length || BLANK.test(text.charAt(at + 1)));
}
