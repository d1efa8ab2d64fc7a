import { distance } from 'fastest-levenshtein';
import { BOUNDS } from './bounds.ts';
import { fold } from './fold.ts';

/**
 * The name that was probably meant, or null. A third of the letters may differ (at least one, two for words of four and
 * more), two neighbours in the wrong order are one slip (`pda` for `pad`), and a name that merely starts with the word
 * counts too: `dep` for `deploy`. Accents and capitals don't count.
 */
export function nearest(word: string, names: Iterable<string>): string | null {
  // Nobody slips in a word that is longer than any name; and to hold it against thousands of names takes seconds.
  if (word.length > BOUNDS.slip.most) return null;
  const wanted = fold(word);
  const allowed = Math.max(wanted.length >= 4 ? 2 : 1, Math.floor(wanted.length / 3));
  let best: { name: string; cost: number } | null = null;
  for (const name of names) {
    const candidate = fold(name);
    if (candidate.length > BOUNDS.slip.most) continue;
    const cost = wanted.length >= 3 && candidate.startsWith(wanted) ? 0.5 : slips(wanted, candidate);
    if (cost <= allowed && (best === null || cost < best.cost)) best = { name, cost };
  }
  return best?.name ?? null;
}

function slips(one: string, other: string): number {
  return isSwapped(one, other) ? 1 : distance(one, other);
}

function isSwapped(one: string, other: string): boolean {
  if (one.length !== other.length) return false;
  const at = [...one].findIndex((letter, index) => letter !== other[index]);
  return at >= 0 && one.slice(0, at) + (one[at + 1] ?? '') + (one[at] ?? '') + one.slice(at + 2) === other;
}
