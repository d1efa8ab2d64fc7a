import type { Problem } from '#kernel/errors.ts';
import { splitWords, type Word } from './words.ts';

const BLANKS = String.raw`[\s\u00a0\u202f\u200b\ufeff]`;
/** What begins a line of a list, or a title. */
const BULLET = new RegExp(`^${BLANKS}*(?:[-*+•]|\\d{1,2}[.)]|#{1,6})${BLANKS}+`, 'u');
const LINK = /^\[([^[\]\s]+)\]\([^()\s]*\)$/u;
/** Markdown's marks around words, the longest first. */
const MARKS = ['***', '**', '__', '~~', '`', '*', '_'] as const;
/** Right behind a word; only French stands off from one, and never a full stop: `..` alone is a word. */
const END = new RegExp(`(?:(?<=[^\\s.!?…])[.!?…]+|${BLANKS}+[!?]+)${BLANKS}*$`, 'u');

/**
 * Takes off one line what a phone or somebody who quotes a command puts around it: bullets, bold, italics, code.
 * What stands in quotes is left alone: `splitWords` reads it as it is.
 */
export function withoutMarkup(line: string): string {
  let text = line.replace(BULLET, '').trim();
  for (const mark of MARKS)
    if (text.length > 2 * mark.length && text.startsWith(mark) && text.endsWith(mark)) text = text.slice(mark.length, -mark.length).trim();
  return text;
}

/** The same of a single word: `**pad**`, or one end of what was marked together, a link made of a name, a comma behind it. A star alone is a pattern. */
function withoutMarks(marked: string): string {
  const word = marked.replace(LINK, '$1');
  const bare = word.replaceAll(/^(?:\*\*|__|~~|`)+|(?:\*\*|__|~~|`|,)+$/gu, '');
  // Marks within it are no marks around it.
  if (/[`~]|\*\*/u.test(bare)) return word;
  const paired = /^([*_])(.+)\1$/u.exec(bare);
  return paired?.[2] ?? bare;
}

/** Without the stop at the end of a sentence, French's blank before it included. */
function withoutStop(line: string): string {
  return line.replace(END, '');
}

/** A block of code or a quotation that a post consists of: somebody talks about what stands in it. Null for anything else. */
export function quotedBlock(text: string): string | null {
  const trimmed = text.trim();
  const fenced = /^```[\w-]*\n?([^]*?)\n?```$/u.exec(trimmed);
  if (fenced !== null) return (fenced[1] ?? '').trim();
  const lines = trimmed.split('\n');
  if (trimmed === '' || !lines.every((line) => line.trimStart().startsWith('>'))) return null;
  return lines
    .map((line) => line.trimStart().replace(/^>+\s?/u, ''))
    .join('\n')
    .trim();
}

/** The words of a command without what is around them and it. @returns quote_open */
export function bareWords(text: string): readonly Word[] | Problem {
  const words = splitWords(withoutStop(withoutMarkup(text)));
  return 'code' in words ? words : words.map((word) => (word.quoted ? word : { ...word, text: withoutMarks(word.text) }));
}
