import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '#kernel/error-codes.ts';
import { loadTemplates, type Template } from '#messages/templates.ts';
import { loadHandlers } from '#pipeline/operation/catalogue.ts';

const root = join(import.meta.dirname, '../..');
const { templates, problems } = await loadTemplates(join(root, 'templates/messages'));
const handlers = await loadHandlers(join(root, 'handlers'));

describe('templates', () => {
  it('have the same files and sections in both languages', () => {
    expect(problems).toEqual([]);
  });

  it.each([...templates.en.keys()])('%s uses the same variables in both languages', (name) => {
    const en = templates.en.get(name);
    const fr = templates.fr.get(name);
    for (const section of en?.sections.keys() ?? []) expect([section, variables(fr, section)]).toEqual([section, variables(en, section)]);
  });

  it('have a sentence for each error, and no other', () => {
    expect([...(templates.en.get('errors')?.sections.keys() ?? [])].toSorted()).toEqual(Object.keys(ERROR_CODES).toSorted());
  });

  it.each(Object.entries(ERROR_CODES))('%s uses only the parameters of its code', (code, params) => {
    for (const variable of variables(templates.en.get('errors'), code)) expect([...params]).toContain(variable);
  });

  it.each(['en', 'fr'] as const)('describe every handler in %s', (language) => {
    for (const { handler } of handlers.entries.values()) {
      const template = templates[language].get(handler.id);
      expect([handler.id, template?.summary ?? null]).not.toContain(null);
      expect(template?.examples.length).toBeGreaterThan(0);
      const sections = handler.kind === 'action' ? ['plan', 'nothing', 'done'] : handler.kind === 'query' ? ['done'] : [];
      expect([...(template?.sections.keys() ?? [])]).toEqual(expect.arrayContaining(sections));
    }
  });

  it('write French as it is written: a no-break space before : ; ? ! and no straight apostrophe', () => {
    for (const [name, template] of templates.fr)
      for (const text of template.sections.values()) {
        const words = text.replaceAll(/\{[{%].*?[%}]\}|`[^`]*`|https?:\S+/gu, '');
        expect([name, words.match(/ [:;?!]|\p{L}'\p{L}/gu)]).toEqual([name, null]);
      }
  });
});

/** Names at the start of what a section prints or asks, without what it names itself. */
function variables(template: Template | undefined, section: string): readonly string[] {
  const text = template?.sections.get(section) ?? '';
  const own = new Set([...text.matchAll(/\{%-? *(?:for|assign) (\w+)/gu)].map(([, name]) => name));
  const printed = [...text.matchAll(/\{\{-? *([a-z_]+)/gu)].map(([, name]) => name ?? '');
  const looped = [...text.matchAll(/\{%-? *for \w+ in ([a-z_]+)/gu)].map(([, name]) => name ?? '');
  return [...new Set([...printed, ...looped])].filter((name) => !own.has(name)).toSorted();
}
