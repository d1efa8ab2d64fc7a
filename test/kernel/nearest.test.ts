import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshShortId } from '#kernel/ids.ts';
import { nearest } from '#kernel/nearest.ts';

const ACTIONS = ['deploy', 'scale', 'restart', 'rollback', 'logs', 'help', 'restaurer'];

describe('the name that was probably meant', () => {
  it('of a word as long as a page is none, and is found not to be one at once', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `service-${index}`.repeat(4));
    const startedAt = performance.now();
    expect(nearest('s'.repeat(16_000), names)).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(50);
  });

  it.each([
    ['depoly', 'deploy'],
    ['deplou', 'deploy'],
    ['DEPLOY', 'deploy'],
    ['dep', 'deploy'],
    ['sclae', 'scale'],
    ['lgos', 'logs'],
    ['log', 'logs'],
    ['rolback', 'rollback'],
    ['halp', 'help'],
    ['rest', 'restart'],
    ['deploypad', 'deploy'],
  ])('of %s is %s', (word, meant) => {
    expect(nearest(word, ACTIONS)).toBe(meant);
  });

  it.each(['frobnicate', 'x', 'undo', 'shutdown'])('of %s is none', (word) => {
    expect(nearest(word, ACTIONS)).toBeNull();
  });

  it('sees two letters in the wrong order as one slip', () => {
    expect(nearest('pda', ['pad', 'wiki'])).toBe('pad');
    expect(nearest('apd', ['pad', 'wiki'])).toBe('pad');
    expect(nearest('dap', ['pad', 'wiki'])).toBeNull();
  });

  it('is one of the names, and a name itself is its own', () => {
    const names = fc.array(fc.string({ minLength: 2 }), { minLength: 1 });
    fc.assert(
      fc.property(names, fc.string(), (all, word) => {
        expect([null, ...all]).toContain(nearest(word, all));
        const [first = ''] = all;
        expect(nearest(first, all)?.toLowerCase()).toBeDefined();
      }),
    );
  });
});

describe('a short id', () => {
  it('begins with a letter and confuses no two signs', () => {
    for (let index = 0; index < 300; index += 1)
      expect(freshShortId(() => false)).toMatch(/^[bcdfghjkmnpqrstvwxz][2-9][bcdfghjkmnpqrstvwxz]$/u);
  });

  it('is never one that is taken, and grows when too many are', () => {
    const taken = new Set<string>();
    for (let index = 0; index < 3_000; index += 1) {
      const id = freshShortId((each) => taken.has(each));
      expect(taken.has(id)).toBe(false);
      taken.add(id);
    }
    expect(freshShortId((id) => id.length === 3)).toHaveLength(5);
  });
});
