import { describe, expect, it } from 'vitest';
import type { PendingEntry } from '#ports/store.ts';
import { lanesOf } from '#outbox/lanes.ts';

/** `b2>a1` is said in the channel b, under the post of a1. */
function due(words: string): readonly PendingEntry[] {
  return words.split(' ').map((word) => {
    const [key = '', under = null] = word.split('>');
    return {
      kind: 'create',
      key,
      to: { channel: key.slice(0, 1), root: null, underKey: under },
      message: { template: 'answer', data: {} },
      seeds: [],
      seeded: [],
      version: 1,
      postId: null,
      attempts: 0,
      lastSentAt: null,
      createdAt: 0,
      place: null,
      left: null,
    };
  });
}

const keys = (entries: readonly PendingEntry[]): string => entries.map(({ key }) => key).join(' ');
const lanes = (words: string): readonly string[] => {
  const { first, rest } = lanesOf(due(words));
  return [...first.map(keys), `then ${keys(rest)}`.trim()];
};

describe('what is due', () => {
  it.each([
    ['goes by channel, each in its order', 'a1 b1 a2 c1 b2', ['a1 a2', 'b1 b2', 'c1', 'then']],
    ['may lead to a post before it in its channel', 'a1 a2>a1 b1', ['a1 a2', 'b1', 'then']],
    ['waits for the post of another channel that it leads to', 'a1 b1>a1 c1', ['a1', 'c1', 'then b1']],
    ['keeps what comes behind that in its place', 'a1 b1 b2>a1 b3', ['a1', 'b1', 'then b2 b3']],
    ['may lead in a circle', 'a1 b1>a1 a2>b1 b2>a2', ['a1', 'then b1 a2 b2']],
    ['may lead to what was said long ago', 'a1>z9 b1', ['a1', 'b1', 'then']],
  ])('%s', (_what, words, expected) => {
    expect(lanes(words)).toEqual(expected);
  });

  it('waits for the post that its words link to, as for the one that it answers', () => {
    const [a1, b1] = due('a1 b1');
    if (a1 === undefined || b1 === undefined) throw new Error('two are due');
    const { first, rest } = lanesOf([a1, { ...b1, message: { template: 'answer', data: { link_to: 'a1' } } }]);
    expect([first.map(keys), keys(rest)]).toEqual([['a1'], 'b1']);
  });
});
