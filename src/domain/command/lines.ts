import { withoutCourtesy } from './courtesy.ts';
import type { Vocabulary } from './grammar.ts';
import { bareWords, withoutMarkup } from './markup.ts';
import { splitWords } from './words.ts';

/**
 * The commands of a post, a line each: what begins with an action is one; any other line belongs to the one above it.
 * @param mention that may stand before each of them: `@vigie`
 */
export function commandLines(text: string, mention: string, vocabulary: Vocabulary): readonly string[] {
  const commands: string[] = [];
  for (const line of text.split('\n')) {
    const said = withoutMention(withoutMarkup(line), mention);
    if (said.trim() === '') continue;
    const before = commands.at(-1);
    // Inside of a quote that goes over lines there is no command.
    if (before !== undefined && (isOpen(before) || !beginsCommand(said, vocabulary))) commands[commands.length - 1] = `${before}\n${said}`;
    else commands.push(said);
  }
  return commands.length === 0 ? [text] : commands;
}

function withoutMention(line: string, mention: string): string {
  const at = line.trimStart();
  if (!at.toLowerCase().startsWith(mention.toLowerCase())) return line;
  const rest = at.slice(mention.length);
  return /^[\s:,\u00a0\u202f]/u.test(rest) ? rest.replace(/^[\s:,\u00a0\u202f]+/u, '') : line;
}

function isOpen(command: string): boolean {
  return 'code' in splitWords(command);
}

function beginsCommand(line: string, vocabulary: Vocabulary): boolean {
  const words = bareWords(line);
  if ('code' in words) return false;
  const [first, second] = withoutCourtesy(words);
  if (first === undefined || first.quoted) return false;
  return vocabulary.shape(first.text) !== null || (second !== undefined && vocabulary.shape(`${first.text} ${second.text}`) !== null);
}
