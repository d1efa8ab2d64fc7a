import { BOUNDS } from '#kernel/bounds.ts';
import type { Problem } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { UNIVERSAL, type ActionShape, type Command, type FieldShape } from './shape.ts';
import { splitWords, type Word } from './words.ts';

/** What the grammar looks actions up in: ids, and aliases in every language. */
export interface Vocabulary {
  /** @param word a word, or two with a space between them */
  shape(word: string): ActionShape | null;
  /** Every id and alias, for "did you mean". */
  readonly names: readonly string[];
}

const COMMAND_LIMIT = BOUNDS.command.most;

/** Reads `ACTION [TARGET] [ARGUMENT…] [--option VALUE] [--flag]`. Nothing is guessed: what isn't known is refused. */
export function parseCommand(text: string, vocabulary: Vocabulary): Command | Problem {
  if (text.length > COMMAND_LIMIT) return { code: 'text_too_long', params: { limit: COMMAND_LIMIT } };
  const words = splitWords(text);
  if ('code' in words) return words;
  const [first, ...others] = words;
  if (first === undefined || first.text === '') return { code: 'command_empty', params: {} };
  const pair = shapeOfTwo(first, others[0], vocabulary);
  if (pair !== null) return parseArguments(pair, others.slice(1));
  const shape = vocabulary.shape(first.text.toLowerCase());
  if (shape === null) return unknownAction(first.text, vocabulary);
  return parseArguments(shape, others);
}

/** An action may have a name of two words, such as `oncall swap`: it wins over an action of the first word alone. */
function shapeOfTwo(first: Word, second: Word | undefined, vocabulary: Vocabulary): ActionShape | null {
  return second === undefined || second.quoted ? null : vocabulary.shape(`${first.text} ${second.text}`.toLowerCase());
}

function unknownAction(word: string, vocabulary: Vocabulary): Problem {
  return { code: 'action_unknown', params: { word, nearest: nearest(word, vocabulary.names) } };
}

function parseArguments(shape: ActionShape, words: readonly Word[]): Command | Problem {
  const raw: Record<string, string | true> = {};
  const loose: string[] = [];
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word.quoted || !/^--?\p{L}/u.test(word.text)) {
      loose.push(word.text);
      continue;
    }
    const problem = takeOption(shape, word.text, queue, raw);
    if (problem !== null) return problem;
  }
  return placePositional(shape, loose, raw) ?? complete(shape, raw);
}

function takeOption(shape: ActionShape, text: string, queue: Word[], raw: Record<string, string | true>): Problem | null {
  const equals = text.indexOf('=');
  const name = text.slice(text.startsWith('--') ? 2 : 1, equals === -1 ? undefined : equals).toLowerCase();
  const known = [...shape.options, ...shape.positional, ...UNIVERSAL];
  const field = known.find((candidate) => candidate.name === name || candidate.aliases?.includes(name) === true);
  const at = { action: shape.id, option: name };
  if (field === undefined)
    return {
      code: 'option_unknown',
      params: {
        ...at,
        nearest: nearest(
          name,
          known.flatMap((each) => [each.name, ...(each.aliases ?? [])]),
        ),
      },
    };
  if (raw[field.name] !== undefined) return { code: 'option_twice', params: at };
  if (field.kind === 'flag') {
    if (equals !== -1) return { code: 'flag_with_value', params: { ...at, value: text.slice(equals + 1) } };
    raw[field.name] = true;
    return null;
  }
  const value = equals === -1 ? nextValue(queue) : text.slice(equals + 1);
  if (value === null || value === '') return { code: 'option_without_value', params: at };
  raw[field.name] = value;
  return null;
}

/** The next word as an option's value, unless it is an option itself: `--since --grep x` lacks a value. */
function nextValue(queue: Word[]): string | null {
  const next = queue[0];
  if (next === undefined || (!next.quoted && /^--\p{L}/u.test(next.text))) return null;
  queue.shift();
  return next.text;
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

function complete(shape: ActionShape, raw: Record<string, string | true>): Command | Problem {
  const missing = missingField(shape, raw);
  if (missing !== undefined) return { code: 'argument_missing', params: { action: shape.id, argument: missing.name } };
  const { 'dry-run': dryRun, emergency, ...fields } = raw;
  return {
    action: shape.id,
    raw: fields,
    dryRun: dryRun === true,
    emergency: typeof emergency === 'string' ? emergency : null,
  };
}

function missingField(shape: ActionShape, raw: Record<string, string | true>): FieldShape | undefined {
  return [...shape.positional, ...shape.options].find((field) => field.required && raw[field.name] === undefined);
}
