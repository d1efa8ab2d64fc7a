import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalHash } from '#kernel/hash.ts';
import type { Json } from '#kernel/json.ts';

const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.string());
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('json'), { maxKeys: 4 }),
  ),
}));

/** The same value with the keys of every object in the opposite order. */
function reversed(value: Json): Json {
  if (isList(value)) return value.map(reversed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

describe('the canonical hash', () => {
  it('names its version', () => {
    expect(canonicalHash({ a: 1 })).toMatch(/^v1:[0-9a-f]{64}$/u);
  });

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalHash(reversed(value))).toBe(canonicalHash(value));
      }),
    );
  });

  it('survives the store: text and back', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalHash(JSON.parse(JSON.stringify(value)))).toBe(canonicalHash(value));
      }),
    );
  });

  it('differs when anything differs', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        fc.pre(JSON.stringify(reversed(one)) !== JSON.stringify(reversed(other)) && JSON.stringify(one) !== JSON.stringify(other));
        const same = canonicalHash(one) === canonicalHash(other);
        expect(same && JSON.stringify(sorted(one)) !== JSON.stringify(sorted(other))).toBe(false);
      }),
    );
  });

  it('tells the order of a list, text from numbers, and absence from null', () => {
    const hashes = [[1, 2], [2, 1], ['1', 2], [[1], 2], { a: null }, {}, null, 'null', '', [], [null]].map(canonicalHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  it.each([[0.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 53], [[1, 0.1]], [{ cpu: { limit: 1.5 } }]])(
    'refuses %j: only integers can be hashed',
    (value) => {
      expect(() => canonicalHash(value)).toThrow(/only integers can be hashed/u);
    },
  );

  it('says where the fraction stands', () => {
    expect(() => canonicalHash({ basis: [{ cpu: 1.5 }] })).toThrow('$.basis[0].cpu is 1.5');
  });
});

function sorted(value: Json): Json {
  if (isList(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}
