import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactly, numberOf, parseJsonExactly } from '#kernel/json.ts';

describe('JSON, exactly', () => {
  it('keeps the digits of whole numbers that a double can not hold', () => {
    const text = '{"id":12345678901234567,"list":[ 9007199254740993, -9223372036854775808 ],"max":9007199254740991}';
    expect(parseJsonExactly(text)).toEqual({
      id: '12345678901234567',
      list: ['9007199254740993', '-9223372036854775808'],
      max: 9_007_199_254_740_991,
    });
  });

  it('leaves fractions, exponents and texts alone', () => {
    const text = String.raw`{"f":12345678901234567.5,"e":12345678901234567e3,"t":"a \"b\": 12345678901234567, c","12345678901234567":1}`;
    expect(parseJsonExactly(text)).toEqual(JSON.parse(text));
  });

  /** The same, as `JSON.parse` tells how each number was written: thirty times slower. */
  const slowly = (text: string): unknown =>
    JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) =>
      typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/u.test(context?.source ?? '') ? context?.source : value,
    );

  it('reads whatever there is as a reader does that is told how each number was written', () => {
    const number = fc.oneof(
      fc.bigInt().map(String),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.json({ maxDepth: 4 }),
    );
    fc.assert(
      fc.property(fc.array(number, { maxLength: 5 }), (texts) => {
        const text = `[${[...texts, '98765432109876543'].join(', ')}]`;
        expect(parseJsonExactly(text)).toEqual(slowly(text));
      }),
      { numRuns: 500 },
    );
  });

  it('takes megabytes of text in its stride', () => {
    const long = `{"m":"${String.raw`a\"`.repeat(1_000_000)}","x":12345678901234567}`;
    expect(parseJsonExactly(long)).toMatchObject({ x: '12345678901234567' });
  });

  it('gives numbers back where one is wanted', () => {
    expect(['1700000000000000000', 5, '5', 'x'].map(numberOf)).toEqual([1.7e18, 5, null, null]);
    expect([exactly(1e17, '100000000000000001'), exactly(5, '5'), exactly(0.5, '0.5')]).toEqual(['100000000000000001', 5, 0.5]);
  });
});
