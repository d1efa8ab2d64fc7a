import { BOUNDS } from '#kernel/bounds.ts';
import { cutText, readAbridged } from '#kernel/cut.ts';
import type { CutMark } from './fit.ts';

/** A value from outside as it is shown: a text whose end says how much of it is missing, before anything is escaped or put between marks. */
export function shownValue(value: unknown, most: number, mark: CutMark): unknown {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  if (typeof text !== 'string') return text;
  // Much of it may have been left out when it arrived.
  const { text: kept, missing: before } = readAbridged(text);
  const { text: head, missing } = cutText(kept, most);
  return before + missing === 0 ? text : `${head}${mark(before + missing)}`;
}

/** The first of a list, and how many more there are. */
export function shownItems(values: unknown, show: (value: unknown) => string): readonly string[] {
  const all: readonly unknown[] = Array.isArray(values) ? values : [];
  const shown = all.slice(0, BOUNDS.listed.most).map(show);
  return all.length > shown.length ? [...shown, `… +${all.length - shown.length}`] : shown;
}
