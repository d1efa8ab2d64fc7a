import { describe, expect, it } from 'vitest';
import { entriesOf, type Entries } from '#domain/alert/evaluate/documents.ts';
import type { Answer, Question } from '#domain/alert/evaluate/inquiry.ts';
import type { Rule } from '#domain/alert/rule.ts';
import { rule } from '#test/domain/alert/builders.ts';

const AT = Date.UTC(2026, 0, 10, 12);
const EXTENT = { after: AT - 60_000, until: AT };

/** Reads with these answers, one after the other. @returns what was read, and what of each document was asked for in each step */
function read(answers: readonly Partial<Answer>[], expected: number, change: Partial<Rule> = {}) {
  const one = rule(change);
  const scene = { rule: one, kind: one.kind, span: { from: AT - 60_000, to: AT }, open: [], columns: {}, memory: null, most: 25_000 };
  const asked: Question[] = [];
  const inquiry = entriesOf(scene, EXTENT, ['level'], expected);
  let step: IteratorResult<readonly Question[], Entries> = inquiry.next();
  for (const answer of answers) {
    if (step.done === true) break;
    asked.push(...step.value);
    step = inquiry.next([{ total: 0, hits: [], aggregations: {}, ...answer }]);
  }
  if (step.done !== true) throw new Error('it asks for more');
  return { ...step.value, sources: asked.map(({ body }) => body['_source']) };
}

const hits = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ id: `${id}`, index: 'logs', source: { host: { name: 'pica01' } }, sort: [AT - 1_000 + id] }));
const IN_PARTS = ['host.name', 'level'];

describe('the documents of a look', () => {
  it.each([
    ['all of each', {}, true],
    ['what the rule includes, and what it goes by', { include: ['message'] }, ['message', ...IN_PARTS, '@timestamp']],
  ])('are read whole where they are few: %s', (_what, change, source) => {
    const { entries, isWhole, sources } = read([{ hits: hits(256) }], 256, change);
    expect([entries.length, entries.every((entry) => entry.isWhole), isWhole]).toEqual([256, true, true]);
    expect(sources).toEqual([source]);
  });

  it.each([
    ['more came meanwhile', { hits: hits(257) }],
    ['they are more than one answer may hold', { hits: hits(3), cut: true }],
    ['the server refuses to give them', { tooLarge: true } as const],
  ])('are read in parts after all where %s', (_what, first) => {
    const { entries, sources } = read([first, { hits: hits(300) }], 256);
    expect(sources).toEqual([true, IN_PARTS]);
    expect(entries.filter(({ isWhole }) => isWhole)).toEqual([]);
    expect(entries).toHaveLength(300);
  });

  it.each([257, undefined])('are read in parts at once where they may be many: %s', (expected) => {
    expect(read([{ hits: hits(2) }], expected ?? Number.POSITIVE_INFINITY).sources).toEqual([IN_PARTS]);
  });
});
