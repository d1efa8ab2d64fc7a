import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, RuleMemory } from '#domain/alert/look.ts';
import { keyText } from '#domain/alert/key.ts';
import type { RuleKind } from '#domain/alert/rule.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import type { Search } from '#ports/search.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const START = Date.UTC(2026, 0, 10, 12);
const MINUTE = 60_000;
const MINUTES = 24;

interface Doc {
  /** Minutes from the beginning. */
  readonly at: number;
  readonly lateBy: number;
  readonly key: string;
  readonly load: number;
}

const docs = fc.array(
  fc.record({
    at: fc.integer({ min: 1, max: (MINUTES - 1) * 60 }).map((seconds) => seconds / 60),
    lateBy: fc.constantFrom(0, 0, 0, 2, 5, 11),
    key: fc.constantFrom('a', 'b'),
    load: fc.constantFrom(1, 1, 1, 9),
  }),
  { maxLength: 60 },
);

const max = { field: 'load', type: 'max', percentile: null, script: null } as const;
const buckets = {
  bucketIntervalMs: null,
  syncBucketInterval: false,
  allowBufferTimeOverlap: false,
  useRunEveryQuerySize: false,
  minDocCount: 1,
} as const;
const metric = { type: 'metric_aggregation', metric: max, minThreshold: null, maxThreshold: 5, formatString: null, ...buckets } as const;
const windows = {
  timeframeMs: 2 * MINUTE,
  spikeHeight: 2,
  spikeType: 'up',
  thresholdRef: null,
  thresholdCur: null,
  alertOnNewData: false,
} as const;

/** What goes over its threshold in time does so late: of these types, all of it. */
const EXACT: Readonly<Record<string, RuleKind>> = {
  metric_aggregation: metric,
  'metric_aggregation by buckets': { ...metric, bucketIntervalMs: MINUTE },
  'metric_aggregation by ticks': { ...metric, useRunEveryQuerySize: true },
};

const STATEFUL: Readonly<Record<string, RuleKind>> = {
  'frequency by terms': {
    type: 'frequency',
    numEvents: 3,
    timeframeMs: 2 * MINUTE,
    termsSize: 50,
    attachRelated: false,
    countedBy: 'terms',
  },
  spike: { type: 'spike', ...windows, fieldValue: null, termsSize: 50, countedBy: 'documents' },
  'spike by terms': { type: 'spike', ...windows, fieldValue: null, termsSize: 50, countedBy: 'terms' },
  spike_aggregation: { type: 'spike_aggregation', metric: max, ...buckets, ...windows },
};

async function told(kind: RuleKind, all: readonly Doc[], isLate: boolean): Promise<readonly Finding[]> {
  const search = new MemorySearch({ now: () => START + 90 * MINUTE });
  search.createIndex('events');
  const own = rule({ kind, index: 'events', queryKey: ['key'], filter: [], bufferTimeMs: 2 * MINUTE, runEveryMs: MINUTE });
  const findings: Finding[] = [];
  let memory: RuleMemory | null = null;
  for (let minute = 0; minute < MINUTES + 12; minute += 1) {
    for (const { at, lateBy, key, load } of all)
      if (Math.floor(at + (isLate ? lateBy : 0)) === minute)
        search.index('events', { '@timestamp': new Date(START + Math.round(at * MINUTE)).toISOString(), key, load });
    const span = { from: START + minute * MINUTE, to: START + (minute + 1) * MINUTE };
    const [looked] = await lookAt([{ rule: own, memory, span, open: [] }], search);
    if (looked?.ok !== true) throw new Error(JSON.stringify(looked));
    findings.push(...looked.look.findings);
    ({ memory } = looked.look);
  }
  return findings;
}

const named = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ key, at }) => `${keyText(key)} ${(at - START) / MINUTE}`);

describe('a look at what came in time', () => {
  it('asks once for all rules, whose lateness is one search for each source', async () => {
    const search = new MemorySearch({ now: () => START + 90 * MINUTE });
    search.index('events', { '@timestamp': new Date(START + MINUTE).toISOString(), key: 'a', load: 1 });
    const asked: string[][] = [];
    const listening: Search = {
      cluster: search.cluster,
      atOnce: search.atOnce,
      multi: async (requests) => {
        asked.push(requests.map(({ body }) => JSON.stringify(body)));
        return await search.multi(requests);
      },
      fields: async (...of) => await search.fields(...of),
      sources: async (...of) => await search.sources(...of),
      blocks: async (...of) => await search.blocks(...of),
      info: async () => await search.info(),
      close: async () => undefined,
    };
    const rules = [8, 9, 10].map((maxThreshold) =>
      rule({
        name: `over ${maxThreshold}`,
        kind: { ...metric, maxThreshold },
        index: 'events',
        queryKey: ['key'],
        filter: [{ range: { load: { gte: maxThreshold - 8 } } }],
        bufferTimeMs: 2 * MINUTE,
      }),
    );
    let memories: readonly (RuleMemory | null)[] = rules.map(() => null);
    for (let minute = 0; minute < 3; minute += 1) {
      asked.length = 0;
      const span = { from: START + minute * MINUTE, to: START + (minute + 1) * MINUTE };
      const looked = await lookAt(
        rules.map((own, index) => ({ rule: own, memory: memories[index] ?? null, span, open: [] })),
        listening,
      );
      memories = looked.map((one) => (one.ok ? one.look.memory : null));
    }
    expect(asked).toHaveLength(1);
    expect(asked[0]?.filter((body) => body.includes('"late"'))).toHaveLength(1);
  });
});

describe('documents that come late', () => {
  it.each(Object.entries({ ...EXACT, ...STATEFUL }))(
    'are told once by %s',
    async (_, kind) => {
      await fc.assert(
        fc.asyncProperty(docs, async (all) => {
          const all_ = named(await told(kind, all, true));
          expect(all_).toEqual([...new Set(all_)]);
        }),
        { numRuns: 20 },
      );
    },
    60_000,
  );

  it.each(Object.entries(EXACT))(
    'make %s fire for each key for which it would have fired',
    async (_, kind) => {
      const keys = (findings: readonly Finding[]) => [...new Set(findings.map(({ key }) => keyText(key)))].toSorted();
      await fc.assert(
        fc.asyncProperty(docs, async (all) => {
          expect(keys(await told(kind, all, true))).toEqual(keys(await told(kind, all, false)));
        }),
        { numRuns: 20 },
      );
    },
    60_000,
  );
});
