import { BOUNDS } from '#kernel/bounds.ts';

/** What XML can't hold, and what turns the direction of text. */
const UNDRAWABLE = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\u200b\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
const LONGEST = BOUNDS.chartLabel.most;

/**
 * Text for a picture, on one line. Names come from documents, which anybody may have written: what could break the
 * picture stays out.
 */
export function plainLabel(text: string): string {
  const line = text
    .replaceAll(/[ \t\r\n\f\v]+/gu, ' ')
    .replaceAll(UNDRAWABLE, '')
    .trim();
  const letters = [...line];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : line;
}
