import { cutText, type Cut } from '#kernel/cut.ts';

/** Where a text may be cut: outside of code spans and escapes; at the end of a line within a code block, which is closed then. */
interface Place {
  readonly at: number;
  /** What closes the block that is open there. */
  readonly closing: string;
}

/** Lines after which a cut is tried, before one within the last of them: a cut at a line's end reads best. */
const ENOUGH = 0.6;

/**
 * The beginning of a Markdown text that vigie made: no code span and no block stays open, since their end is what keeps text from outside
 * from being read as Markdown.
 */
export function cutMarkdown(text: string, most: number): Cut {
  if (text.length <= most) return { text, missing: 0 };
  const lineEnd = lastLineEnd(text, most);
  const place = lineEnd.at >= most * ENOUGH ? lineEnd : (within(text, lineEnd, most) ?? lineEnd);
  const head = `${text.slice(0, place.at)}${place.closing}`;
  return { text: head, missing: Math.max(1, Buffer.byteLength(text) - Buffer.byteLength(text.slice(0, place.at))) };
}

function lastLineEnd(text: string, most: number): Place {
  let fence = '';
  let last: Place = { at: 0, closing: '' };
  for (let start = 0; start <= most;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    if (end > most) break;
    const line = text.slice(start, end);
    const run = fenceOf(line);
    if (fence === '') fence = run;
    else if (run.length >= fence.length && line.trimEnd() === run) fence = '';
    const closing = fence === '' ? '' : `\n${fence}`;
    if (end + closing.length <= most) last = { at: end, closing };
    start = end + 1;
  }
  return last;
}

/** The run of back-ticks that a line begins with, if it opens or closes a block: with more of them behind, it is a span. */
function fenceOf(line: string): string {
  let length = 0;
  while (line.charAt(length) === '`') length += 1;
  return length >= 3 && !line.includes('`', length) ? line.slice(0, length) : '';
}

/** A place within the line that begins at `from`; null when it is all one span. */
function within(text: string, from: Place, most: number): Place | null {
  if (from.closing !== '') {
    const { text: head } = cutText(text.slice(from.at), most - from.at - from.closing.length);
    return fenceOf(text.slice(from.at + 1, from.at + 10)) === '' ? { at: from.at + head.length, closing: from.closing } : null;
  }
  let best = from.at;
  let anywhere = from.at;
  for (let at = from.at; at < most;) {
    at = afterPiece(text, at);
    if (at > most) break;
    anywhere = at;
    if (/\s/u.test(text.charAt(at))) best = at;
  }
  const at = best >= most * ENOUGH ? best : anywhere;
  return at <= from.at ? null : { at, closing: '' };
}

/** Where what begins here ends, which nothing may cut: a span, an escape, a mention (half of one is somebody else's), a letter. */
function afterPiece(text: string, at: number): number {
  const char = text.charAt(at);
  if (char === '\\') return at + 2;
  if (char === '`') {
    const run = runAt(text, at);
    return endOfSpan(text, at + run.length, run.length) ?? at + run.length;
  }
  if (char === '@') return at + 1 + (/^[a-z0-9._-]{1,64}/u.exec(text.slice(at + 1, at + 65))?.[0].length ?? 0);
  return at + ((text.codePointAt(at) ?? 0) > 0xff_ff ? 2 : 1);
}

/** A span ends at a run of the same length; one that never does is no span. */
function endOfSpan(text: string, from: number, length: number): number | null {
  for (let at = text.indexOf('`', from); at !== -1; at = text.indexOf('`', at)) {
    const run = runAt(text, at);
    at += run.length;
    if (run.length === length) return at;
  }
  return null;
}

function runAt(text: string, at: number): string {
  let end = at;
  while (text.charAt(end) === '`') end += 1;
  return text.slice(at, end);
}
