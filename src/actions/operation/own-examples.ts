import { splitWords } from '#domain/command/words.ts';
import type { ActionShape, FieldShape } from '#domain/command/shape.ts';
import { namesFor, type Known } from './own-names.ts';

/** Two say how it goes; more is a page of its own. */
const SHOWN = 2;

/**
 * An action's examples with names of this installation in them, by language.
 * @returns those that can work here: an example's own name stays where it is one of here; what there is nothing of (no release to go
 * back to) is shown only where it is all there is to show
 */
export async function ownExamples(
  clients: Known,
  shape: ActionShape,
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const own: Record<string, readonly string[]> = {};
  for (const [language, examples] of Object.entries(clients.catalogue.examples(shape.id))) {
    const filled = await Promise.all(examples.map((example) => withNames(example, { clients, shape, signal })));
    const working = filled.filter(({ works }) => works);
    own[language] = [...new Set((working.length > 0 ? working : filled).map(({ text }) => text))].slice(0, SHOWN);
  }
  return own;
}

interface Given {
  readonly clients: Known;
  readonly shape: ActionShape;
  readonly signal: AbortSignal;
}

/** The same command about things that are there. */
async function withNames(example: string, given: Given): Promise<{ readonly text: string; readonly works: boolean }> {
  const words = splitWords(example);
  if ('code' in words) return { text: example, works: true };
  const { shape, clients } = given;
  const verb = verbOf(
    words.map(({ text }) => text),
    given,
  );
  const own = words.slice(0, verb).map(({ text }) => text);
  const filled = new Map<string, string>();
  let works = true;
  for (const { text, quoted, field } of fieldsOf(words.slice(verb), shape)) {
    // `host.name=pica01` says already what it means.
    const names = field === null || text.includes('=') ? null : await namesFor(field, clients, { ...given, filled });
    works &&= names === null || names.length > 0;
    const name = names === null || names.includes(text) ? text : (names[0] ?? text);
    if (field !== null) filled.set(field.name, name);
    own.push(quoted || /\s/u.test(name) ? `"${name}"` : name);
  }
  return { text: own.join(' '), works };
}

/** How many of the first words name the action: `rules test`, `supprimer instantané`. */
function verbOf(words: readonly string[], { clients, shape }: Given): number {
  const LONGEST = 3;
  for (let count = Math.min(LONGEST, words.length); count > 1; count -= 1)
    if (clients.catalogue.find(words.slice(0, count).join(' '))?.shape.id === shape.id) return count;
  return 1;
}

interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

/** Which field each word is a value of: an option's, or the next positional one. */
function fieldsOf(words: readonly Word[], { positional, options }: ActionShape): readonly (Word & { readonly field: FieldShape | null })[] {
  let place = 0;
  let option: FieldShape | null = null;
  return words.map((word) => {
    if (!word.quoted && word.text.startsWith('--')) {
      option = options.find(({ name, aliases = [] }) => [name, ...aliases].includes(word.text.slice(2))) ?? null;
      return { ...word, field: null };
    }
    const takesValue = option !== null && option.kind !== 'flag';
    const field = takesValue ? option : (positional[place] ?? null);
    if (!takesValue) place += 1;
    option = null;
    return { ...word, field };
  });
}
