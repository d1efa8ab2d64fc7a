import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainParts, plainWords } from '#messages/markdown.ts';
import { widthOf, wrapped } from '#messages/wrapped.ts';

describe('text for a terminal of so many columns', () => {
  it('is broken between words, and stands below where the words of a list began', () => {
    expect(wrapped('- alice loses 10.79.0.57; old answers live for 5 min\nshort', 24)).toBe(
      '- alice loses\n  10.79.0.57; old\n  answers live for 5 min\nshort',
    );
    expect(wrapped('  1. one two three four five six', 20)).toBe('  1. one two three\n     four five six');
  });

  it('keeps a word whole that is wider, and what a no-break space holds together', () => {
    const address = 'https://team.example.org/_redirect/pl/abcdefghijkl';
    expect(wrapped(`look at ${address} then`, 20)).toBe(`look at\n${address}\nthen`);
    expect(wrapped('it has been gone for 5\u00a0min now', 22)).toBe('it has been gone for\n5\u00a0min now');
  });

  it('counts a picture as two columns', () => {
    expect(widthOf('🟢 ok ⚠️')).toBe(8);
    expect(wrapped('🟢 🟢 🟢 🟢 🟢 🟢 🟢 🟢', 20).split('\n')[0]).toBe('🟢 🟢 🟢 🟢 🟢 🟢 🟢');
  });

  it('is never narrower than twenty, and as it is where nobody knows how wide', () => {
    expect(wrapped('a bc def ghij klmno pqrstu', 3)).toBe('a bc def ghij klmno\npqrstu');
    expect(wrapped('a '.repeat(200), null)).toBe('a '.repeat(200));
  });

  it('loses no word, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', '\n', '🟢', '1.') }),
        fc.integer({ min: 1, max: 60 }),
        (text, columns) => {
          const words = (given: string): readonly string[] => given.split(/\s+/u).filter((word) => word !== '');
          expect(words(wrapped(text, columns))).toEqual(words(text));
        },
      ),
    );
  });
});

describe('parts of an answer for a terminal', () => {
  it('have blocks of code apart, which keep their lines', () => {
    expect(plainParts('**It** hangs:\n```\nKernel  panic   - not syncing\n```\nLook at `console alice`')).toEqual([
      { words: 'It hangs:', isCode: false },
      { words: 'Kernel  panic   - not syncing', isCode: true },
      { words: 'Look at console alice', isCode: false },
    ]);
  });

  it('are the whole, one after the other', () => {
    for (const markdown of ['a', 'a\n\n```\nb\n```', '```\nb\n```\n\nc', '````\n```\n````\nd', '```\na\n```\n```\nb\n```', ''])
      expect(
        plainParts(markdown)
          .map(({ words }) => words)
          .join('\n'),
      ).toBe(plainWords(markdown));
  });
});
