import { fold } from '#kernel/fold.ts';
import type { Word } from './words.ts';

/** What a unit of time is called, in both languages: the letters that `parseDuration` reads. */
const UNITS: Readonly<Record<string, string>> = {
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  seconde: 's',
  secondes: 's',
  m: 'm',
  mn: 'm',
  min: 'm',
  mins: 'm',
  minute: 'm',
  minutes: 'm',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  heure: 'h',
  heures: 'h',
  d: 'd',
  j: 'd',
  day: 'd',
  days: 'd',
  jour: 'd',
  jours: 'd',
  w: 'w',
  week: 'w',
  weeks: 'w',
  semaine: 'w',
  semaines: 'w',
  sem: 'w',
};
const NUMBERS: Readonly<Record<string, number>> = {
  un: 1,
  une: 1,
  a: 1,
  an: 1,
  one: 1,
  deux: 2,
  two: 2,
  trois: 3,
  three: 3,
  quatre: 4,
  four: 4,
  cinq: 5,
  five: 5,
  six: 6,
  dix: 10,
  ten: 10,
  quinze: 15,
  fifteen: 15,
  vingt: 20,
  twenty: 20,
  trente: 30,
  thirty: 30,
};
/** What stands before a duration and says nothing. */
const FILLERS: ReadonlySet<string> = new Set([
  'for',
  'pendant',
  'durant',
  'during',
  'within',
  'dans',
  'la',
  'last',
  'les',
  'dernieres',
  'derniers',
  'the',
]);

function numberOf(word: string): number | null {
  if (/^\d{1,6}$/u.test(word)) return Number(word);
  return Object.hasOwn(NUMBERS, word) ? (NUMBERS[word] ?? null) : null;
}

/** `2 heures`, `une heure`, `1 h 30`, `2heures`, `half an hour`: as `2h`, and how many words it takes; null for anything else. */
function durationAt(words: readonly Word[], at: number): { readonly text: string; readonly taken: number } | null {
  const word = (offset: number): string =>
    words[at + offset]?.quoted === false ? fold(words[at + offset]?.text ?? '').replaceAll(/[,;]$/gu, '') : '';
  if (word(0) === 'demi-heure' || (word(0) === 'une' && word(1) === 'demi-heure')) return { text: '30m', taken: word(0) === 'une' ? 2 : 1 };
  if (word(0) === 'half' && word(1) === 'an' && word(2) === 'hour') return { text: '30m', taken: 3 };
  const [, joined, long] = /^(\d{1,6})([a-z]+)$/u.exec(word(0)) ?? [];
  if (joined !== undefined && long !== undefined && long.length > 1 && Object.hasOwn(UNITS, long))
    return { text: `${joined}${UNITS[long] ?? ''}`, taken: 1 };
  const amount = numberOf(word(0));
  const unit = Object.hasOwn(UNITS, word(1)) ? UNITS[word(1)] : undefined;
  if (amount === null || unit === undefined) return null;
  const rest = /^\d{1,2}$/u.test(word(2)) && unit === 'h' && !Object.hasOwn(UNITS, word(3)) ? `${word(2)}m` : '';
  if (unit === 'h' && (word(2) === 'et' || word(2) === 'and') && word(3) === 'demie') return { text: `${amount}h30m`, taken: 4 };
  return { text: `${amount}${unit}${rest}`, taken: rest === '' ? 2 : 3 };
}

/** Writes the first duration that people spelt as the grammar reads it, and leaves out the word before it that says nothing. */
export function withDurations(words: readonly Word[]): readonly Word[] {
  for (let at = 0; at < words.length; at += 1) {
    const found = durationAt(words, at);
    const short = /^\d{1,6}(?:min|[smhdjw])$/iu.test(words[at]?.text ?? '');
    if (found === null && !short) continue;
    const before = words.slice(0, at);
    while (before.at(-1)?.quoted === false && FILLERS.has(fold(before.at(-1)?.text ?? ''))) before.pop();
    const read = found === null ? words.slice(at, at + 1) : [{ text: found.text, quoted: false }];
    return [...before, ...read, ...words.slice(at + (found?.taken ?? 1))];
  }
  return words;
}
