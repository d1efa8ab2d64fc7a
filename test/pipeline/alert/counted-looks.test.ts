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
  readonly value: string | number;
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

const AT_TICKS = {
  spike: {
    type: 'spike',
    timeframeMs: 2 * MINUTE,
    spikeHeight: 2,
    spikeType: 'both',
    thresholdRef: null,
    thresholdCur: null,
    alertOnNewData: false,
    fieldValue: 'value',
    countedBy: 'documents',
    termsSize: 50,
  },
  cardinality: { type: 'cardinality', field: 'value', timeframeMs: 2 * MINUTE, min: 2, max: 2 },
} as const satisfies Record<string, RuleKind>;

/** What was found of each key at each moment, once. */
function matches({ findings }: Look): readonly string[] {
  return [...new Set(findings.map(({ key, at, value, limit }) => `${keyText(key)} ${at} ${Number(value).toFixed(3)} ${String(limit)}`))];
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

  it.each(Object.entries(AT_TICKS))('of type %s is as one that reads them, where documents come with the ticks', async (_, kind) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(fc.integer({ min: 1, max: 9 })), { minLength: 10, maxLength: 10 }), async (values) => {
        const all = values.flatMap((value, minute) => (value === null ? [] : [{ at: START + (minute + 1) * MINUTE, key: 'a', value }]));
        const change = { bufferTimeMs: 5 * MINUTE };
        const [read, counted] = [await looked(kind, all, 50_000, change), await looked(kind, all, 2, change)];
        expect(matches(counted)).toEqual(matches(read));
      }),
      { numRuns: 300 },
    );
  });

  it('of type spike tells that the mean of a field rose, of ever so many documents', async () => {
    const all = Array.from({ length: 10 * 60 }, (_, index) => ({ at: START + 1 + index * 1_000, key: 'a', value: index < 480 ? 2 : 20 }));
    const [read, counted] = [await looked(AT_TICKS.spike, all, 50_000), await looked(AT_TICKS.spike, all, 100)];
    expect([read.findings.length, counted.findings.length]).toEqual([1, 1]);
    expect(counted.counted).toBeGreaterThan(100);
  });

  it('of type cardinality tells too few values, of ever so many documents', async () => {
    const all = Array.from({ length: 10 * 60 }, (_, index) => ({
      at: START + 1 + index * 1_000,
      key: index % 2 === 0 ? 'a' : 'b',
      value: index < 480 || index % 2 === 1 ? `v${Math.floor(index / 2) % 7}` : 'v1',
    }));
    const kind = { type: 'cardinality', field: 'value', timeframeMs: MINUTE, min: 3, max: null } as const;
    for (const most of [50_000, 100]) {
      const { findings } = await looked(kind, all, most);
      expect([...new Set(findings.map(({ key, limit }) => `${key['key']} ${String(limit)}`))]).toEqual(['a 3']);
    }
  });

  it('of type cardinality counts value by value near its limit, and believes an estimate far from it', async () => {
    const all = [200, 205, 400].flatMap((size, key) =>
      Array.from({ length: size }, (_, index) => ({ at: END - MINUTE / 2 + index, key: `k${key}`, value: `v${index}` })),
    );
    const kind = { type: 'cardinality', field: 'value', timeframeMs: MINUTE, min: null, max: 200 } as const;
    for (const most of [50_000, 100]) {
      const keys = new Map((await looked(kind, all, most)).findings.map(({ key, value }) => [key['key'], value]));
      expect(keys).toEqual(
        new Map([
          ['k1', 205],
          ['k2', 400],
        ]),
      );
    }
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
