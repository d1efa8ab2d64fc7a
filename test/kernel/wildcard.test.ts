import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAlike } from '#kernel/wildcard.ts';

describe('a pattern with stars', () => {
  it.each([
    ['pica01', 'pica01', true],
    ['pica01', 'pica011', false],
    ['pica*', 'pica', true],
    ['*', '', true],
    ['p*d', 'pad', true],
    ['p*d', 'pd', true],
    ['ab*ba', 'aba', false],
    ['*.log', 'a\nb.log', true],
    ['a.b', 'axb', false],
    ['*a*', 'bcd', false],
  ])('%s and %j: %s', (pattern, value, expected) => {
    expect(isAlike(pattern, value)).toBe(expected);
  });

  it('means what a regular expression of the same form means', () => {
    const letters = (units: readonly string[]) => fc.array(fc.constantFrom(...units), { maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(letters(['a', 'b', '.', '*']), letters(['a', 'b', '.']), (pattern, value) => {
        const expression = pattern
          .split('*')
          .map((part) => part.replaceAll('.', String.raw`\.`))
          .join('.*');
        expect(isAlike(pattern, value)).toBe(new RegExp(`^${expression}$`, 'su').test(value));
      }),
    );
  });

  it('takes no longer for a wicked one', () => {
    const startedAt = performance.now();
    expect(isAlike(`${'*a'.repeat(2_000)}*b`, 'a'.repeat(30_000))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(200);
  });
});
