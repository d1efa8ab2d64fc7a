import { describe, expect, it } from 'vitest';
import { newestFirst } from '#domain/swarm/newest-tags.ts';

const names = (...tags: readonly (readonly [string, number | null])[]): readonly string[] =>
  newestFirst(tags.map(([name, builtAt]) => ({ name, builtAt }))).map(({ name }) => name);

describe('the newest tags', () => {
  it('are those whose images were built last', () => {
    expect(names(['a', 1], ['b', 3], ['c', 2])).toEqual(['b', 'c', 'a']);
  });

  it('are by their numbers where nobody knows when, and after those of which somebody does', () => {
    expect(names(['2.9', null], ['2.10', null], ['1.0', 5], ['latest', null])).toEqual(['1.0', 'latest', '2.10', '2.9']);
  });
});
