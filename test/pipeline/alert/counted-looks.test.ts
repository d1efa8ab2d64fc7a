import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inquireInto } from '#domain/alert/evaluate/evaluate.ts';
import type { Look, RuleMemory, Span } from '#domain/alert/look.ts';
import type { Rule, RuleKind } from '#domain/alert/rule.ts';
import { keyText } from '#domain/alert/key.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const START = Date.UTC(2026, 0, 10, 12);
const MINUTE = 60_000;
const END = START + 10 * MINUTE;

interface Doc {
  readonly at: number;
  readonly key: string;
  readonly value: string;
}

const docs = fc.array(
  fc.record({
    at: fc.integer({ min: START + 1, max: END }),
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.constantFrom('v1', 'v2', 'v3', 'v4'),
  }),
  { maxLength: 40 },
);

/** One look at all of it by a rule that may read so many documents. */
async function looked(kind: RuleKind, all: readonly Doc[], most: number, change: Partial<Rule> = {}): Promise<Look> {
  return await after(kind, all, most, { change, span: { from: START, to: END }, memory: null });
}

interface Looking {
  readonly change: Partial<Rule>;
  readonly span: Span;
  readonly memory: RuleMemory | null;
}

async function after(kind: RuleKind, all: readonly Doc[], most: number, { change, span, memory }: Looking): Promise<Look> {
  const search = new MemorySearch({ now: () => END });
  search.createIndex('events');
  for (const { at, key, value } of all) search.index('events', { '@timestamp': new Date(at).toISOString(), key, value });
  const own = rule({ kind, index: 'events', queryKey: ['key'], bufferTimeMs: 5 * MINUTE, ...change });
  const inquiry = inquireInto({ rule: own, span, open: [], columns: {}, memory, most });
  let step = inquiry.next();
  while (step.done !== true) {
    const answers = await search.multi(step.value.map(({ index, body }) => ({ index, body })));
    step = inquiry.next(
      answers.map((answer) => {
        if (!answer.ok) throw new Error(JSON.stringify(answer.problem));
        return answer;
      }),
    );
  }
  return step.value;
}

/** What an alert is made of: of each key its first and its last finding. */
function ends({ findings }: Look): readonly string[] {
  const keys = Map.groupBy(findings, ({ key }) => keyText(key));
  return [...keys].map(([key, own]) => `${key} ${own[0]?.at} ${own.at(-1)?.at}`).toSorted();
}

async function same(kind: RuleKind): Promise<void> {
  await fc.assert(
    fc.asyncProperty(docs, async (all) => {
      const [read, counted] = [await looked(kind, all, 50_000), await looked(kind, all, 3)];
      expect(ends(counted)).toEqual(ends(read));
    }),
    { numRuns: 100 },
  );
}

describe('a look at more than it may read', () => {
  it('of type any tells the same keys, with the same beginning and end', async () => {
    await same({ type: 'any' });
  });

  it('tells what it counted once, however often the overlap is looked at', async () => {
    const all = Array.from({ length: 20 }, (_, index) => ({ at: START + 1_000 + index, key: 'a', value: 'v1' }));
    let memory: RuleMemory | null = null;
    const told: number[] = [];
    for (let minute = 0; minute < 20; minute += 1) {
      const span = { from: START + minute * MINUTE, to: START + (minute + 1) * MINUTE };
      const look: Look = await after({ type: 'any' }, all, 3, { change: {}, span, memory });
      told.push(look.findings.length);
      memory = look.memory;
    }
    expect(told.filter((count) => count > 0)).toEqual([2]);
  });

  it('of blacklists and whitelists, too', async () => {
    for (const filterByList of [true, false]) {
      const values = ['v1', 'v2'];
      await same({ type: 'blacklist', compareKey: 'value', values, filterByList });
      await same({ type: 'whitelist', compareKey: 'value', values, filterByList, ignoreNull: true });
    }
  });

  it('of type frequency misses no key that would fire', async () => {
    const kind = {
      type: 'frequency',
      numEvents: 4,
      timeframeMs: 2 * MINUTE,
      countedBy: 'documents',
      termsSize: 50,
      attachRelated: false,
    } as const;
    await fc.assert(
      fc.asyncProperty(docs, async (all) => {
        const keys = ({ findings }: Look) => new Set(findings.map(({ key }) => keyText(key)));
        const [read, counted] = [keys(await looked(kind, all, 50_000)), keys(await looked(kind, all, 3))];
        expect([...read].filter((key) => !counted.has(key))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('of type new_term tells every new value in the end, part after part', async () => {
    const kind: RuleKind = {
      type: 'new_term',
      fields: [['value']],
      termsWindowMs: MINUTE,
      windowStepMs: MINUTE,
      termsSize: 50,
      alertOnMissingField: false,
      useTermsQuery: false,
    };
    const all = ['v1', 'v2', 'v3', 'v4'].flatMap((value, part) =>
      Array.from({ length: 10 }, (_, index) => ({ at: START + 6 * MINUTE + part * 1_000 + index, key: 'a', value })),
    );
    const { findings } = await looked(kind, all, 50_000);
    expect(findings.map(({ value }) => value)).toEqual(['v1', 'v2', 'v3', 'v4']);
    const first = await looked(kind, all, 12);
    expect(first.findings.map(({ value }) => value)).toEqual(['v1', 'v2']);
    expect(JSON.stringify(first.memory)).not.toContain('v4');
  });

  it('of type change tells how each key stands now', async () => {
    const kind: RuleKind = { type: 'change', compareKeys: ['value'], ignoreNull: false, timeframeMs: null };
    const all = Array.from({ length: 30 }, (_, index) => ({ at: START + 6 * MINUTE + index, key: 'a', value: index < 28 ? 'v1' : 'v2' }));
    const { findings, counted } = await looked(kind, all, 5);
    expect(findings.map(({ value }) => value)).toEqual(['v2']);
    expect(counted).toBeGreaterThan(0);
  });

  it('says that it counted', async () => {
    const all = Array.from({ length: 10 }, (_, index) => ({ at: START + index + 1, key: 'a', value: 'v1' }));
    expect((await looked({ type: 'any' }, all, 3)).counted).toBe(10);
    expect((await looked({ type: 'any' }, all, 10)).counted).toBeUndefined();
  });

  it('goes on where it stopped when the keys cannot be counted', async () => {
    const all = Array.from({ length: 10 }, (_, index) => ({ at: START + index + 1, key: 'a', value: 'v1' }));
    const search = new MemorySearch({ now: () => END });
    for (const { at, key, value } of all) search.index('events', { '@timestamp': new Date(at).toISOString(), key, value });
    let memory: Look['memory'] | null = null;
    const seen = new Set<number>();
    for (let round = 0; round < 6; round += 1) {
      const own = rule({ kind: { type: 'any' }, index: 'events', queryKey: ['key'], bufferTimeMs: 60 * MINUTE });
      const span = { from: round === 0 ? START : END + round, to: END + round + 1 };
      const inquiry = inquireInto({ rule: own, span, open: [], columns: { key: '' }, memory, most: 3 });
      let step = inquiry.next();
      while (step.done !== true) step = inquiry.next((await search.multi(step.value)).filter((answer) => answer.ok));
      for (const { at } of step.value.findings) seen.add(at);
      ({ memory } = step.value);
    }
    expect(seen.size).toBe(10);
  });
});
