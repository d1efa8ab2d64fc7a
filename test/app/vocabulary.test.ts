import { describe, expect, it } from 'vitest';
import { fold } from '#kernel/fold.ts';
import { imperativesOf } from '#domain/command/imperative.ts';
import { UNIVERSAL } from '#domain/command/shape.ts';
import { vocabularyOf } from '#pipeline/operation/vocabulary.ts';
import { loadAssets } from '#app/app/assets.ts';

const { entries, templates } = await loadAssets();
const vocabulary = vocabularyOf({ entries, templates });

describe('what can be typed', () => {
  it.each([...entries])('%s has a French name for each of its options', (id, { shape }) => {
    const named = Object.values(templates.fr.get(id)?.options ?? {});
    expect(shape.options.map(({ name }) => name).filter((name) => !named.includes(name))).toEqual([]);
  });

  it('has a French name for each option that every action takes', () => {
    expect(UNIVERSAL.filter(({ aliases = [] }) => aliases.length === 0)).toEqual([]);
  });

  it('has no name that means two actions once its accents and capitals are gone', () => {
    const meant = new Map<string, Set<string>>();
    for (const language of Object.values(templates))
      for (const [id, { aliases }] of language)
        if (entries.has(id)) for (const name of [id, ...aliases]) meant.set(fold(name), (meant.get(fold(name)) ?? new Set()).add(id));
    expect([...meant].filter(([, ids]) => ids.size > 1).map(([name, ids]) => [name, ...ids])).toEqual([]);
  });

  it('understands a French verb as it is said to somebody, which changes no name that there is', () => {
    const names = new Set(vocabulary.names.map(fold));
    expect(vocabulary.shape('sauvegardes')?.id).toBe('backups');
    for (const [id, { aliases }] of templates.fr)
      if (entries.has(id))
        for (const form of aliases.flatMap(imperativesOf))
          if (!names.has(fold(form))) expect([form, vocabulary.shape(form)?.id]).toEqual([form, id]);
  });

  it('is found whatever a phone makes of it', () => {
    for (const name of vocabulary.names) {
      expect(vocabulary.shape(name.toUpperCase())?.id).toBe(vocabulary.shape(name)?.id);
      expect(vocabulary.shape(fold(name))?.id).toBe(vocabulary.shape(name)?.id);
    }
  });
});
