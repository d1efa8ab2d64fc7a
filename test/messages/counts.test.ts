import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { createEngine } from '#messages/engine.ts';
import { LANGUAGES, loadTemplates, type Language } from '#messages/templates.ts';
import { NOW, madeData, roundsOf, usesOf, type Uses } from './made-data.ts';

const { templates } = await loadTemplates(join(import.meta.dirname, '../../templates/messages'));
const engine = createEngine(templates, 'Europe/Paris', () => NOW);
const COUNTS = [0, 1, 2, 21];
/** Each section gets one of none and two, and one of one and many, in turn. All of them: `npm run test:words`. */
const countsOf = (position: number): readonly number[] =>
  process.env['WORDS'] === 'all' ? COUNTS : [position % 2 === 0 ? 0 : 2, position % 4 < 2 ? 1 : 21];

/** Each section of each template, but the lists of words. */
const sections = [...templates.en.values()]
  .filter(({ name }) => name !== 'words')
  .flatMap(({ name, sections: named }) => [...named.keys()].map((section) => [name, section] as const))
  .map(([name, section], position) => [name, section, countsOf(position)] as const);

const FLAWS: readonly (readonly [string, Readonly<Record<Language, RegExp | null>>])[] = [
  ['two spaces', { en: /\S {2,}\S/u, fr: /\S {2,}\S/u }],
  ['a value that is none', { en: /undefined|\bnull\b|\[object|NaN|\{\{|\}\}/u, fr: /undefined|\bnull\b|\[object|NaN|\{\{|\}\}/u }],
  ['an identifier', { en: /(?<![\w/.-])[a-z]+_[a-z_]+/u, fr: /(?<![\w/.-])[a-z]+_[a-z_]+/u }],
  ['a space before a mark', { en: / [,;:?!.](?= |$)/mu, fr: /[ \u00a0][,.](?= |$)|(?<=\p{L}) [;:?!]/mu }],
  ['a unit that may stand on the next line', { en: null, fr: /\d (?:%|[kMGTP]?o|h|min|s|ms|jours?)(?![\p{L}\d])/u }],
  [
    'several of one',
    {
      en: /(?<![\w.,:/×+-])1 (?!(?:is|was|has|runs|needs|minus|ours)\b)[a-z]+(?<!s)s(?![\w-])/u,
      fr: /(?<![\p{L}\d.,:/×+-])[01] (?!(?:fois|dans|plus|sous|sans|depuis|des|ms)(?!\p{L}))\p{Ll}+[sx](?![\p{L}-])/u,
    },
  ],
  [
    'one of several',
    {
      en: /(?<![\w.,:/×+-])21 (?:alert|backup|service|job|line|entry|read|table|row|task|copy|warning|element|item|rule|time|place|day|snapshot|machine|VM|file|log|image|thing|document|replica|person|silence|key|operation|command|host)(?![\w-])/u,
      fr: /(?<![\p{L}\d.,:/×+-])21 (?!(?:en|de|sur|au|à|et|a|ont|h|min|s|il|ne|le|dans)(?!\p{L}))\p{Ll}+(?<![sxz])(?![\p{L}’-])/u,
    },
  ],
];

/** Without what is code: its words are no prose. */
function prose(text: string): string {
  return text.replaceAll(/```[^]*?```|`[^`\n]*`/gu, '`x`').replaceAll('\u200b', '');
}

/** Every filling of a section, each once. */
function casesOf(uses: Uses, counts: readonly number[]): readonly JsonObject[] {
  const made = new Map<string, JsonObject>();
  for (const count of counts)
    for (const there of [true, false])
      for (let round = 0; round < roundsOf(uses); round += 1) {
        const data = madeData(uses, { count, there, round });
        made.set(JSON.stringify(data), data);
      }
  return [...made.values()];
}

describe.each(LANGUAGES)('with none, one, two and many, in %s', (language) => {
  it.each(sections)('%s: %s reads well', (name, section, counts) => {
    const source = templates[language].get(name)?.sections.get(section) ?? '';
    const uses = usesOf(source);
    const flawed = casesOf(uses, counts).flatMap((data) => {
      const text = prose(engine.render(language, name, section, data));
      return FLAWS.flatMap(([flaw, { [language]: pattern }]) => {
        const found = pattern?.exec(text)?.[0];
        return found === undefined ? [] : [{ flaw, found, text }];
      });
    });
    expect(flawed).toEqual([]);
  });
});
