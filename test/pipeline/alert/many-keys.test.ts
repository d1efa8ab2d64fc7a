import { describe, expect, it } from 'vitest';
import type { RuleKind } from '#domain/alert/rule.ts';
import type { RuleMemory } from '#domain/alert/look.ts';
import { keptKeys, noted } from '#domain/alert/evaluate/kept-keys.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const START = Date.UTC(2026, 0, 10, 12);
const MINUTE = 60_000;
const metric = { field: 'load', type: 'max', percentile: null, script: null } as const;
const buckets = {
  bucketIntervalMs: null,
  syncBucketInterval: false,
  allowBufferTimeOverlap: false,
  useRunEveryQuerySize: false,
  minDocCount: 1,
} as const;
const windows = {
  timeframeMs: MINUTE,
  spikeHeight: 2,
  spikeType: 'up',
  thresholdRef: null,
  thresholdCur: null,
  alertOnNewData: false,
} as const;

/** Each key has a document a minute with this load; null: none. */
const KINDS: Readonly<Record<string, readonly [RuleKind, keys: number, loads: readonly (number | null)[]]>> = {
  spike_aggregation: [{ type: 'spike_aggregation', metric, ...buckets, ...windows }, 6_000, [1, 1, 1, 9]],
  flatline: [
    { type: 'flatline', threshold: 1, timeframeMs: MINUTE, forgetKeys: false, countedBy: 'documents', termsSize: 50 },
    21_000,
    [1, null, null],
  ],
  change: [{ type: 'change', compareKeys: ['load'], ignoreNull: true, timeframeMs: null }, 21_000, [1, 9]],
};

async function firedIn([kind, keys, loads]: (typeof KINDS)[string]): Promise<readonly number[]> {
  const search = new MemorySearch({ now: () => START + 60 * MINUTE });
  search.createIndex('events');
  for (const [minute, load] of loads.entries())
    for (let key = 0; key < keys && load !== null; key += 1)
      search.index('events', { '@timestamp': new Date(START + minute * MINUTE + 1_000).toISOString(), host: `h${key}`, load });
  const own = rule({ kind, index: 'events', queryKey: ['host'], filter: [], bufferTimeMs: MINUTE, runEveryMs: MINUTE });
  let memory: RuleMemory | null = null;
  const fired: number[] = [];
  for (let minute = 0; minute < loads.length; minute += 1) {
    const span = { from: START + minute * MINUTE, to: START + (minute + 1) * MINUTE };
    const [looked] = await lookAt([{ rule: own, memory, span, open: [] }], search);
    if (looked?.ok !== true) throw new Error(JSON.stringify(looked));
    expect(looked.look.forgotten).toBeUndefined();
    ({ memory } = looked.look);
    fired.push(new Set(looked.look.findings.map(({ key }) => key['host'])).size);
  }
  return fired;
}

describe('a rule with very many keys', () => {
  it.each(Object.entries(KINDS))(
    'of type %s fires for each of them',
    async (_, kind) => {
      const fired = await firedIn(kind);
      expect(Math.max(...fired)).toBe(kind[1]);
    },
    60_000,
  );

  it('forgets those that were not seen for the longest time, and says how many', () => {
    const all = new Map([1, 2, 3, 4].map((number) => [`k${number}`, number]));
    noted(all, 'k1', 5);
    expect(keptKeys(all, 2)).toEqual({ kept: { k4: 4, k1: 5 }, forgotten: { count: 2, of: 'keys' } });
    expect(keptKeys(all, 4).forgotten.count).toBe(0);
  });
});

describe('what an older vigie stored of its keys', () => {
  const look = async (kind: RuleKind, memory: RuleMemory, load: number) => {
    const search = new MemorySearch({ now: () => START + 60 * MINUTE });
    search.index('events', { '@timestamp': new Date(START + 3 * MINUTE + 1_000).toISOString(), host: 'a', load });
    const own = rule({ kind, index: 'events', queryKey: ['host'], filter: [], bufferTimeMs: MINUTE, runEveryMs: MINUTE });
    const span = { from: START + 3 * MINUTE, to: START + 4 * MINUTE };
    const [looked] = await lookAt([{ rule: own, memory, span, open: [] }], search);
    return looked?.ok === true ? looked.look.findings.map(({ value }) => value) : looked;
  };
  const key = '[["host","a"]]';

  it('goes on: values of change', async () => {
    const memory = { origin: START, histories: { [key]: { held: [[START, [1]]], newestAt: START } } };
    expect(await look(KINDS['change']?.[0] ?? { type: 'any' }, memory, 9)).toEqual([9]);
    expect(await look(KINDS['change']?.[0] ?? { type: 'any' }, memory, 1)).toEqual([]);
  });

  it('goes on: windows of spike_aggregation', async () => {
    const stored = { first: START, current: [[START + 3 * MINUTE, 1]], reference: [[START + 2 * MINUTE, 1]] };
    const memory = { origin: START, until: START + 3 * MINUTE, filled: true, windows: { [key]: stored } };
    expect(await look(KINDS['spike_aggregation']?.[0] ?? { type: 'any' }, memory, 9)).toEqual([9]);
  });
});
