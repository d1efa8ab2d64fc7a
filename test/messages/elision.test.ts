import { describe, expect, it } from 'vitest';
import { ledBy } from '#messages/elision.ts';

describe('a word before a name', () => {
  it.each([
    ['de', 'alice', 'd’'],
    ['de', 'bob', 'de '],
    ['que', 'Émile', 'qu’'],
    ['le', 'etherpad', 'l’'],
    ['de', 'yann', 'de '],
    ['de', 'yves', 'd’'],
    ['de', 'hugo', 'de '],
    ['de', '@alice', 'd’'],
    ['de', '', 'de '],
    ['par', 'alice', 'par '],
  ])('%s %s', (word, name, led) => {
    expect(ledBy(word, name)).toBe(led);
  });
});
