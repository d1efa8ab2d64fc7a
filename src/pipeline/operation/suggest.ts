import type { Problem } from '#kernel/errors.ts';
import { fold } from '#kernel/fold.ts';
import { withoutCourtesy } from '#domain/command/courtesy.ts';
import { bareWords } from '#domain/command/markup.ts';
import { SHORT } from '#domain/command/grammar.ts';
import type { Word } from '#domain/command/words.ts';
import { meantFor, kindsOf } from './kinds-of-name.ts';
import { parse } from './parse.ts';
import type { Context } from './context.ts';

type Known = Pick<Context, 'vocabulary' | 'entries' | 'clients'>;

/** Refusals of a name, with the parameter that holds it. */
const NAMES: Readonly<Record<string, string>> = {
  service_unknown: 'service',
  guest_unknown: 'guest',
  guest_is_service: 'service',
  database_unknown: 'database',
  host_unknown: 'host',
  node_unknown: 'node',
  swarm_node_unknown: 'node',
  machine_unknown: 'machine',
  volume_unknown: 'volume',
  operation_unknown: 'id',
  alert_unknown: 'id',
  silence_unknown: 'id',
  rule_unknown: 'rule',
  image_unknown: 'image',
};

/** Kinds of field that hold the name of a thing. */
const KINDS: ReadonlySet<string> = new Set(['service', 'guest', 'node', 'host', 'database', 'volume', 'operation']);

/**
 * What somebody probably meant by a command that was refused, as they would have to type it: the nearest verb, a verb further on, the
 * nearest name, or the action that goes with a thing of this kind.
 * @returns null where nobody can tell; what it returns can be read
 */
export async function suggest(context: Known, text: string, { code, params }: Problem): Promise<string | null> {
  const words = bareWords(text);
  if ('code' in words) return null;
  const readable = (candidates: readonly (readonly Word[] | null)[]): string | null =>
    candidates.flatMap((each) => (each === null ? [] : [written(each)])).find((each) => isReadable(context, each)) ?? null;
  switch (code) {
    case 'action_unknown':
      return readable([withVerb(words, params), ...fromVerbs(context, words, wordsOf(params['nearest']))]);
    case 'option_unknown':
      return typeof params['nearest'] === 'string' ? readable([withOption(words, String(params['option']), params['nearest'])]) : null;
    case 'argument_invalid':
      return KINDS.has(String(params['expected'])) ? await forKind(context, words, String(params['value'])) : null;
    case 'argument_too_many':
      return SHOWS.has(String(params['action'])) ? readable(toRead(context, words)) : null;
    default: {
      const name = NAMES[code];
      if (name === undefined) return null;
      const wrong = String(params[name]);
      const near = typeof params['nearest'] === 'string' ? readable([replaced(words, wrong, params['nearest'])]) : null;
      return near ?? (await forKind(context, words, wrong)) ?? (code === 'operation_unknown' ? readable(toRead(context, words)) : null);
    }
  }
}

function isReadable(context: Known, text: string): boolean {
  try {
    parse(context, text);
    return true;
  } catch {
    return false;
  }
}

function written(words: readonly Word[]): string {
  return words.map(({ text, quoted }) => (quoted || /\s/u.test(text) ? `"${text}"` : text)).join(' ');
}

/** With the name of an action that the refusal asks about, in the place of as many words. */
function withVerb(words: readonly Word[], { word, nearest }: Problem['params']): readonly Word[] | null {
  const at = words.findIndex(({ text, quoted }) => !quoted && text === word);
  if (at === -1 || typeof nearest !== 'string') return null;
  const verb = nearest.split(' ').map(plain);
  return [...words.slice(0, at), ...verb, ...words.slice(at + verb.length)];
}

function wordsOf(name: unknown): number {
  return typeof name === 'string' ? name.split(' ').length : 1;
}

function plain(text: string): Word {
  return { text, quoted: false };
}

/** So many words may stand before the verb. */
const FURTHER = 8;

/** @param first what may be a verb: the words before are one already, if a wrong one */
function fromVerbs({ vocabulary }: Known, words: readonly Word[], first: number): readonly (readonly Word[])[] {
  return words.slice(0, FURTHER).flatMap((word, index) => {
    const from = withoutCourtesy(words.slice(index));
    return !word.quoted && index >= first && word.text.length > SHORT && vocabulary.shape(word.text) !== null
      ? [from, from.slice(0, 2), from.slice(0, 1)]
      : [];
  });
}

/** Verbs behind which people say what they want to see: `montre les services`, `liste les VM`. */
const SHOWS: ReadonlySet<string> = new Set(['show', 'services']);

/** A read that is named further on, behind a verb that only says to show it. */
function toRead(context: Known, words: readonly Word[]): readonly (readonly Word[])[] {
  const idOf = (word: Word | undefined): string => (word === undefined ? undefined : context.vocabulary.shape(word.text)?.id) ?? '';
  const verb = words.findIndex((word) => SHOWS.has(idOf(word)));
  return verb === -1
    ? []
    : fromVerbs(context, words, verb + 1).filter(([named]) => context.entries.get(idOf(named))?.handler.kind === 'query');
}

function withOption(words: readonly Word[], typed: string, meant: string): readonly Word[] {
  return words.map((word) =>
    word.quoted || fold(word.text.replace(/^--?/u, '').split('=')[0] ?? '') !== fold(typed)
      ? word
      : { ...word, text: `--${meant}${word.text.includes('=') ? word.text.slice(word.text.indexOf('=')) : ''}` },
  );
}

function replaced(words: readonly Word[], wrong: string, right: string): readonly Word[] | null {
  const at = words.findIndex(({ text }, index) => index > 0 && fold(text.replace(/^(?:db|vm):/u, '')) === fold(wrong));
  return at === -1 ? null : words.with(at, plain(right));
}

/** A name that is known, of another kind of thing than this verb is for. */
async function forKind(context: Known, words: readonly Word[], name: string): Promise<string | null> {
  const [verb] = withoutCourtesy(words);
  const action = verb === undefined ? null : (context.vocabulary.shape(verb.text)?.id ?? null);
  if (action === null || name === '') return null;
  for (const { kind, name: known } of await kindsOf(context.clients, name)) {
    const text = meantFor(action, kind)?.(known) ?? null;
    if (text !== null && isReadable(context, text)) return text;
  }
  return null;
}
