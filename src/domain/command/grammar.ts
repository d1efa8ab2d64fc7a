import { BOUNDS } from '#kernel/bounds.ts';
import { parseDuration } from '#kernel/duration.ts';
import { fold } from '#kernel/fold.ts';
import type { Problem } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { parseAt } from './at.ts';
import { parseMoment } from './moment.ts';
import { UNIVERSAL, type ActionShape, type Command, type FieldShape } from './shape.ts';
import { saysNothing, withoutArticles, withoutCourtesy } from './courtesy.ts';
import { bareWords } from './markup.ts';
import { withDurations } from './span.ts';
import type { Word } from './words.ts';

/** What the grammar looks actions up in: ids, and aliases in every language. */
export interface Vocabulary {
  /** @param word a word, or two with a space between them */
  shape(word: string): ActionShape | null;
  /** Every id and alias, for "did you mean". */
  readonly names: readonly string[];
}

const COMMAND_LIMIT = BOUNDS.command.most;

/**
 * Reads `ACTION [TARGET] [ARGUMENT…] [--option VALUE] [--flag]`. Nothing is guessed: what isn't known is refused. What says nothing (marks
 * of Markdown, a full stop, a polite word, an article) may stand around it.
 */
export function parseCommand(text: string, vocabulary: Vocabulary): Command | Problem {
  if (text.length > COMMAND_LIMIT) return { code: 'text_too_long', params: { limit: COMMAND_LIMIT } };
  if (/^[\s\u00a0\u202f]*[?!]+$/u.test(text)) return parseWords([{ text: 'help', quoted: false }], vocabulary);
  const words = bareWords(text);
  if ('code' in words) return words;
  const strict = parseWords(words, vocabulary);
  if (!('code' in strict) && !namesNothing(strict, vocabulary)) return strict;
  const readings = [withoutCourtesy(words), withoutArticles(withoutCourtesy(words))]
    .filter((bare) => bare.length !== words.length)
    .map((bare) => parseWords(bare, vocabulary));
  const read = readings.find((each) => !('code' in each));
  if (read !== undefined) return read;
  // Whoever asks politely learns what lacks, not that `please` is no action.
  const polite = 'code' in strict && strict.code === 'action_unknown';
  return (polite ? readings.find((each) => 'code' in each && each.code !== 'action_unknown') : undefined) ?? strict;
}

/** Kinds of field that hold the name of something. */
const NAMES: ReadonlySet<string> = new Set(['service', 'guest', 'host', 'node', 'database', 'thing', 'volume', 'source']);

function namesNothing({ action, raw }: Command, vocabulary: Vocabulary): boolean {
  const { positional = [] } = vocabulary.shape(action) ?? {};
  return positional.some(({ name, kind }) => NAMES.has(kind) && saysNothing(String(raw[name] ?? '')));
}

function parseWords(words: readonly Word[], vocabulary: Vocabulary): Command | Problem {
  const [first, ...others] = words;
  if (first === undefined || first.text === '') return { code: 'command_empty', params: {} };
  const pair = shapeOfTwo(first, others[0], vocabulary);
  if (pair !== null) return parseArguments(pair, others.slice(1));
  const shape = vocabulary.shape(first.text.toLowerCase());
  if (shape === null) return unknownAction(first, others[0], vocabulary);
  return parseArguments(shape, others);
}

/** An action may have a name of two words, such as `oncall swap`: it wins over an action of the first word alone. */
function shapeOfTwo(first: Word, second: Word | undefined, vocabulary: Vocabulary): ActionShape | null {
  return second === undefined || second.quoted ? null : vocabulary.shape(`${first.text} ${second.text}`.toLowerCase());
}

/** What names an action in so few letters is nobody's slip of another word, nor the verb of a sentence: `me`, `vm`. */
export const SHORT = 2;

/** A word alone before two: `redemare` is `redémarrer`, not the beginning of `redémarrer vm`. */
function unknownAction({ text }: Word, second: Word | undefined, { names }: Vocabulary): Problem {
  const alone = nearest(
    text,
    names.filter((name) => !name.includes(' ') && name.length > SHORT),
  );
  const pair = (): string | null =>
    nearest(
      `${text} ${second?.text ?? ''}`.trim(),
      names.filter((name) => name.includes(' ')),
    );
  return { code: 'action_unknown', params: { word: text, nearest: alone ?? pair() } };
}

interface Given {
  readonly raw: Record<string, string | true>;
  readonly typed: Record<string, string>;
}

function parseArguments(shape: ActionShape, words: readonly Word[]): Command | Problem {
  const given: Given = { raw: {}, typed: {} };
  const loose: string[] = [];
  const timed = [...shape.positional, ...shape.options].some(({ kind }) => kind === 'duration' || kind === 'past');
  const queue = [...(timed ? withDurations(words) : words)];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word.quoted || !/^--?\p{L}/u.test(word.text)) {
      loose.push(word.text);
      continue;
    }
    const problem = takeOption(shape, word.text, queue, given);
    if (problem !== null) return problem;
  }
  return placePositional(shape, loose, given.raw) ?? complete(shape, given);
}

function takeOption(shape: ActionShape, text: string, queue: Word[], { raw, typed: names }: Given): Problem | null {
  const equals = text.indexOf('=');
  const typed = text.slice(text.startsWith('--') ? 2 : 1, equals === -1 ? undefined : equals).toLowerCase();
  const known = [...shape.options, ...shape.positional, ...UNIVERSAL];
  const field = optionOf(known, typed);
  // An error names it as it was typed.
  const at = { action: shape.id, option: typed };
  if (field === undefined)
    return {
      code: 'option_unknown',
      params: {
        ...at,
        nearest: nearest(
          typed,
          known.flatMap((each) => [each.name, ...(each.aliases ?? [])]).filter((each) => each.length > 1),
        ),
      },
    };
  if (raw[field.name] !== undefined) return { code: 'option_twice', params: at };
  names[field.name] = typed;
  if (field.kind === 'flag') {
    if (equals !== -1) return { code: 'flag_with_value', params: { ...at, value: text.slice(equals + 1) } };
    raw[field.name] = true;
    return null;
  }
  const value = equals === -1 ? nextValue(queue, field) : text.slice(equals + 1);
  if (value === null || value === '') return { code: 'option_without_value', params: at };
  raw[field.name] = value;
  return null;
}

function optionOf(known: readonly FieldShape[], typed: string): FieldShape | undefined {
  const name = fold(typed);
  return known.find((field) => [field.name, ...(field.aliases ?? [])].some((each) => fold(each) === name));
}

/** The next word as an option's value, unless it is an option itself: `--since --grep x` lacks a value. */
function nextValue(queue: Word[], { kind }: FieldShape): string | null {
  const next = queue[0];
  if (next === undefined || isOption(next)) return null;
  const reader = next.quoted || !Object.hasOwn(SAID_IN_WORDS, kind) ? undefined : SAID_IN_WORDS[kind];
  const taken = reader === undefined ? 1 : wordsOf(queue, reader);
  return queue
    .splice(0, taken)
    .map(({ text }) => text)
    .join(' ');
}

/** Most words that a moment is said in: `il y a 2 heures`, `le 28 novembre à 14 h 05`. */
const MOMENT_WORDS = 8;

/** Kinds of value that people say in several words. */
const SAID_IN_WORDS: Readonly<Partial<Record<string, (text: string) => unknown>>> = {
  moment: parseMoment,
  past: (text) => parseDuration(text) ?? parseMoment(text),
  time: parseAt,
};

/** How many of the next words say it together; one, where none do. */
function wordsOf(queue: readonly Word[], read: (text: string) => unknown): number {
  const end = queue.findIndex((word) => word.quoted || isOption(word));
  const most = Math.min(MOMENT_WORDS, end === -1 ? queue.length : end);
  for (let count = most; count > 1; count -= 1)
    if (
      read(
        queue
          .slice(0, count)
          .map(({ text }) => text)
          .join(' '),
      ) !== null
    )
      return count;
  return 1;
}

function isOption({ text, quoted }: Word): boolean {
  return !quoted && /^--\p{L}/u.test(text);
}

function placePositional(shape: ActionShape, loose: readonly string[], raw: Record<string, string | true>): Problem | null {
  const open = shape.positional.filter((field) => raw[field.name] === undefined);
  for (const [index, field] of open.entries()) {
    const word = loose[index];
    if (word === undefined) return null;
    const takesAll = shape.rest && index === open.length - 1;
    raw[field.name] = takesAll ? loose.slice(index).join(' ') : word;
    if (takesAll) return null;
  }
  const extra = loose[open.length];
  return extra === undefined ? null : { code: 'argument_too_many', params: { action: shape.id, word: extra } };
}

function complete(shape: ActionShape, { raw, typed }: Given): Command | Problem {
  const missing = missingField(shape, raw);
  if (missing !== undefined) return { code: 'argument_missing', params: { action: shape.id, argument: missing.name } };
  const { 'dry-run': dryRun, emergency, at, ...fields } = raw;
  return {
    action: shape.id,
    raw: fields,
    typed,
    dryRun: dryRun === true,
    emergency: typeof emergency === 'string' ? emergency : null,
    at: typeof at === 'string' ? at : null,
  };
}

function missingField(shape: ActionShape, raw: Record<string, string | true>): FieldShape | undefined {
  return [...shape.positional, ...shape.options].find((field) => field.required && raw[field.name] === undefined);
}
