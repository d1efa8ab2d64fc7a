import { fold } from '#kernel/fold.ts';
import { imperativesOf } from '#domain/command/imperative.ts';
import type { Vocabulary } from '#domain/command/grammar.ts';
import type { ActionShape } from '#domain/command/shape.ts';
import type { TemplateSet } from '#messages/templates.ts';
import type { Entry } from './catalogue.ts';

interface Named {
  readonly templates: TemplateSet;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What each action is called besides its id, in any language. */
function aliasesOf({ templates, entries }: Named): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const language of Object.values(templates))
    for (const [name, template] of language)
      if (entries.has(name)) for (const alias of template.aliases) if (!entries.has(alias)) aliases.set(alias, name);
  return aliases;
}

/** French verbs as they are said to somebody: `redémarre` is `redémarrer`. What has a meaning of its own keeps it. */
function imperativesIn({ templates, entries }: Named): readonly (readonly [string, string])[] {
  const named = [...templates.fr].filter(([id]) => entries.has(id));
  return named.flatMap(([id, { aliases }]) => aliases.flatMap(imperativesOf).map((form) => [form, id] as const));
}

/** Ids, aliases, their imperatives and names of options of every language, all understood whatever language a channel speaks. */
export function vocabularyOf(named: Named): Vocabulary {
  const aliases = aliasesOf(named);
  const shapes = new Map([...named.entries].map(([id, { shape }]) => [id, withOptionNames(shape, named.templates)]));
  // As phones type them: an id wins over an alias that reads the same without its accents.
  const ids = [...shapes.keys()].map((id) => [id, id] as const);
  const folded = new Map([...imperativesIn(named), ...aliases, ...ids].map(([name, id]) => [fold(name), id]));
  return {
    shape: (word) => shapes.get(folded.get(fold(word)) ?? '') ?? null,
    names: [...shapes.keys(), ...aliases.keys()],
  };
}

function withOptionNames(shape: ActionShape, templates: TemplateSet): ActionShape {
  const names = Object.values(templates).flatMap((language) => Object.entries(language.get(shape.id)?.options ?? {}));
  const namesOf = (option: string): readonly string[] => names.filter(([, stands]) => stands === option).map(([name]) => name);
  return { ...shape, options: shape.options.map((field) => ({ ...field, aliases: namesOf(field.name) })) };
}
