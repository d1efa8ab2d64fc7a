import { parseClock } from './moment.ts';
import { parseUntil, type Until } from './until.ts';

/**
 * When something is to begin: `03:00`, `3h`, `tomorrow 3:00`, `demain à 3h`, `lundi 3h`. An hour alone is of the clock here, and a day alone says
 * too little.
 * @returns null for anything else
 */
export function parseAt(text: string): Until | null {
  const minutes = parseClock(
    text
      .toLowerCase()
      .replace(/^(?:at|à|a)\s+/u, '')
      .trim(),
  );
  if (minutes !== null) return { kind: 'clock', day: null, minutes };
  const until = parseUntil(text);
  return until?.kind === 'clock' ? until : null;
}
