import { sha256 } from './hash.ts';

/** The beginning of a text, and how much of it isn't there. */
export interface Cut {
  readonly text: string;
  /** In bytes of UTF-8; 0 for a text that is whole. */
  readonly missing: number;
}

const encoder = new TextEncoder();

/** The first `most` UTF-16 units of a text, never half of a letter. */
export function cutText(text: string, most: number): Cut {
  if (text.length <= most) return { text, missing: 0 };
  const head = text.slice(0, wholeLetters(text, most));
  return { text: head, missing: bytesOf(text) - bytesOf(head) };
}

/** As much of a text as fits into so many bytes of UTF-8. */
export function cutBytes(text: string, mostBytes: number): Cut {
  if (text.length * 3 <= mostBytes) return { text, missing: 0 };
  // What doesn't fit is left out letter by letter: `read` counts whole ones.
  const { read } = encoder.encodeInto(text, new Uint8Array(Math.max(0, mostBytes)));
  if (read === text.length) return { text, missing: 0 };
  const head = text.slice(0, read);
  return { text: head, missing: bytesOf(text) - bytesOf(head) };
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/** The end of the last letter that is whole within `most` units. */
function wholeLetters(text: string, most: number): number {
  const end = Math.max(0, most);
  const before = text.charCodeAt(end - 1);
  return before >= 0xd8_00 && before <= 0xdb_ff ? Math.max(0, end - 1) : end;
}

const MARK = /…\[\+(\d{1,12}):[0-9a-f]{12}\]$/u;
/** Longest mark. */
const MARK_LENGTH = 30;

/** A text as it is kept when nobody needs all of it: two that differ stay different. How much is missing can be read from it. */
export function abridged(text: string, most: number): string {
  if (text.length <= most) return text;
  const { text: head, missing } = cutText(text, most - MARK_LENGTH);
  return `${head}…[+${missing}:${sha256(text).slice(0, 12)}]`;
}

/** What `abridged` left of a text. */
export function readAbridged(text: string): Cut {
  const mark = MARK.exec(text.slice(-MARK_LENGTH));
  return mark === null ? { text, missing: 0 } : { text: text.slice(0, -mark[0].length), missing: Number(mark[1]) };
}
