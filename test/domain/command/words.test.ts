import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitWords } from '#domain/command/words.ts';

const texts = (text: string): readonly string[] | string => {
  const words = splitWords(text);
  return 'code' in words ? words.code : words.map((word) => word.text);
};

describe('words', () => {
  it.each<[text: string, words: readonly string[]]>([
    ['deploy pad v2', ['deploy', 'pad', 'v2']],
    ['  deploy\t pad \n v2  ', ['deploy', 'pad', 'v2']],
    ["l'été est là", ["l'été", 'est', 'là']],
    ["it's aujourd'hui", ["it's", "aujourd'hui"]],
    ['say "two words"', ['say', 'two words']],
    ["say 'two words'", ['say', 'two words']],
    ['say “two words”', ['say', 'two words']],
    ['say « deux mots »', ['say', 'deux mots']],
    ['say «deux mots»', ['say', 'deux mots']],
    ['say „zwei Worte“', ['say', 'zwei Worte']],
    ['say ‘two words’', ['say', 'two words']],
    ['say "a"b c" d', ['say', 'a"b c', 'd']],
    ['say ""', ['say', '']],
    ['a\u00a0b\u202fc\u200bd', ['a', 'b', 'c', 'd']],
    ['—since 1h', ['--since', '1h']],
    ['–since 1h', ['--since', '1h']],
    ['―since 1h', ['--since', '1h']],
    ['— since', ['—', 'since']],
    ['--reason="two words" x', ['--reason=two words', 'x']],
    ['—reason=«deux mots»', ['--reason=deux mots']],
    ['a="b c"', ['a="b', 'c"']],
    ['', []],
  ])('of %j', (text, words) => {
    expect(texts(text)).toEqual(words);
  });

  it.each(['"a', "'a b", '“a', '«a', 'x "', '--a="b c', '"a"b'])('of %j: a quote is open', (text) => {
    expect(texts(text)).toBe('quote_open');
  });

  it('that were quoted are marked: an option in quotes is text', () => {
    expect(splitWords('--a "--b"')).toEqual([
      { text: '--a', quoted: false },
      { text: '--b', quoted: true },
    ]);
  });

  it('come back as they were, whatever was quoted', () => {
    const word = fc
      .string({ unit: fc.constantFrom('a', 'é', '-', '—', '=', "'", '“', '”', '«', '`', ' ', '\n', '@', '😀', '\\', '$', '|') })
      .map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(texts(words.map((each) => `"${each}"`).join(' '))).toEqual(words);
      }),
    );
  });

  it('come back from French quotes too', () => {
    const word = fc.string({ unit: fc.constantFrom('a', '"', "'", ' ', '-', '“', '”') }).map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(word), (words) => {
        expect(texts(words.map((each) => `«\u00a0${each}\u00a0»`).join(' '))).toEqual(words);
      }),
    );
  });

  it('never throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => splitWords(text)).not.toThrow();
      }),
    );
  });
});
