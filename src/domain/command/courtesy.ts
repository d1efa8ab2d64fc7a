import { fold } from '#kernel/fold.ts';
import type { Word } from './words.ts';

/** What people say before and after a command, in both languages, as several words or one; the longest first. */
const POLITE: readonly (readonly string[])[] = [
  "s'il te plait",
  "s'il vous plait",
  's il te plait',
  's il vous plait',
  'est-ce que tu peux me',
  'est ce que tu peux me',
  'est-ce que tu peux',
  'est ce que tu peux',
  'est-ce que tu pourrais',
  'tu peux me',
  'tu pourrais me',
  'peux-tu me',
  'peux tu me',
  'pourrais-tu me',
  'pourrais tu me',
  'tu peux',
  'tu pourrais',
  'peux-tu',
  'peux tu',
  'pourrais-tu',
  'pourrais tu',
  "j'aimerais",
  'je voudrais',
  'je veux',
  'il faudrait',
  'il faut',
  'can you',
  'could you',
  'would you',
  'will you',
  'can we',
  "let's",
  'i want to',
  'i would like to',
  "i'd like to",
  'we should',
  'you should',
  'thank you',
  'thanks a lot',
  'merci beaucoup',
  "merci d'avance",
  'de rien',
  'right now',
  'tout de suite',
  'please',
  'pls',
  'plz',
  'thanks',
  'thx',
  'merci',
  'stp',
  'svp',
  'hey',
  'hello',
  'hi',
  'salut',
  'bonjour',
  'bonsoir',
  'coucou',
  'vigie',
  'ok',
  'alors',
  'bon',
  'just',
  'juste',
  'vite',
].map((phrase) => phrase.split(' '));

/** Between a verb and a name they say nothing. */
const ARTICLES: ReadonlySet<string> = new Set([
  'the',
  'a',
  'an',
  'le',
  'la',
  'les',
  'un',
  'une',
  'du',
  'de',
  'des',
  'of',
  'service',
  'vm',
  'machine',
  'base',
  'database',
  'my',
  'our',
  'me',
  'moi',
  'mon',
  'ma',
  'notre',
]);
const ELIDED = /^(?:l|d)'(?=.)/iu;

function startsWith(words: readonly Word[], phrase: readonly string[]): boolean {
  return phrase.every((part, index) => words[index]?.quoted === false && fold(words[index].text).replaceAll(/[,.!?…]+$/gu, '') === part);
}

/** Whether a name would be a mere article or a polite word: `snapshot de pica01` is a snapshot of pica01, `status please` one of all. */
export function saysNothing(word: string): boolean {
  const folded = fold(word);
  return ARTICLES.has(folded) || POLITE.some((phrase) => phrase.length === 1 && phrase[0] === folded);
}

/** Leaves out the polite words at both ends. */
export function withoutCourtesy(words: readonly Word[]): readonly Word[] {
  const first = POLITE.find((phrase) => phrase.length < words.length && startsWith(words, phrase));
  if (first !== undefined) return withoutCourtesy(words.slice(first.length));
  const last = POLITE.find((phrase) => phrase.length < words.length && startsWith(words.slice(-phrase.length), phrase));
  return last === undefined ? words : withoutCourtesy(words.slice(0, -last.length));
}

/** Leaves out articles behind the verb, each before the word that it belongs to. */
export function withoutArticles(words: readonly Word[]): readonly Word[] {
  const [verb, ...rest] = words;
  if (verb === undefined) return words;
  const bare = rest.filter((word, index) => word.quoted || index === rest.length - 1 || !ARTICLES.has(fold(word.text)));
  return [verb, ...bare.map((word) => (word.quoted ? word : { ...word, text: word.text.replace(ELIDED, '') }))];
}
