import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import type { Rule, RuleKind } from '#domain/alert/rule.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const MINUTE = 60_000;
let room: Watchroom;
afterEach(() => room.close());

const windows = {
  timeframeMs: 2 * MINUTE,
  spikeHeight: 2,
  spikeType: 'up',
  thresholdRef: null,
  thresholdCur: null,
  alertOnNewData: false,
} as const;
const buckets = {
  bucketIntervalMs: null,
  syncBucketInterval: false,
  allowBufferTimeOverlap: false,
  useRunEveryQuerySize: false,
  minDocCount: 1,
} as const;
const max = { field: 'load', type: 'max', percentile: null, script: null } as const;
const metric = { type: 'metric_aggregation', metric: max, minThreshold: null, maxThreshold: 0.9, formatString: null, ...buckets } as const;
const frequency = { type: 'frequency', numEvents: 3, timeframeMs: 2 * MINUTE, termsSize: 50, attachRelated: false } as const;
const spike = { type: 'spike', ...windows, fieldValue: null, termsSize: 50 } as const;
const bad = { filter: [{ term: { bad: 'yes' } }] };

const KINDS: Readonly<Record<string, readonly [RuleKind, Partial<Rule>?]>> = {
  any: [{ type: 'any' }, bad],
  blacklist: [{ type: 'blacklist', compareKey: 'bad', values: ['yes'], filterByList: true }],
  whitelist: [{ type: 'whitelist', compareKey: 'bad', values: ['no'], filterByList: true, ignoreNull: true }],
  frequency: [{ ...frequency, countedBy: 'documents' }, bad],
  'frequency by terms': [{ ...frequency, countedBy: 'terms' }, bad],
  'frequency by count': [{ ...frequency, countedBy: 'count' }, bad],
  metric_aggregation: [metric],
  'metric_aggregation by buckets': [{ ...metric, bucketIntervalMs: MINUTE }],
  'metric_aggregation by ticks': [{ ...metric, useRunEveryQuerySize: true }],
  percentage_match: [
    {
      type: 'percentage_match',
      ...buckets,
      matchFilter: bad.filter,
      minPercentage: null,
      maxPercentage: 40,
      minDenominator: 0,
      formatString: null,
    },
  ],
  spike: [{ ...spike, countedBy: 'documents' }],
  'spike by terms': [{ ...spike, countedBy: 'terms' }],
  'spike of a value': [{ ...spike, fieldValue: 'load', countedBy: 'documents' }],
  spike_aggregation: [{ type: 'spike_aggregation', metric: max, ...buckets, ...windows }, { bufferTimeMs: MINUTE }],
  cardinality: [{ type: 'cardinality', field: 'user', timeframeMs: 2 * MINUTE, min: null, max: 1 }, bad],
  change: [{ type: 'change', compareKeys: ['bad'], ignoreNull: false, timeframeMs: null }],
  new_term: [
    {
      type: 'new_term',
      fields: [['user']],
      termsWindowMs: 60 * MINUTE,
      windowStepMs: 60 * MINUTE,
      termsSize: 50,
      alertOnMissingField: false,
      useTermsQuery: false,
    },
  ],
  flatline: [
    { type: 'flatline', threshold: 1, timeframeMs: 2 * MINUTE, forgetKeys: false, countedBy: 'documents', termsSize: 50 },
    { queryKey: ['user'] },
  ],
};

/** A document each minute for an hour; six more that say something else, late by so many minutes at minute 40. */
async function lateBy(minutes: number, [kind, change]: (typeof KINDS)[string], times = 1): Promise<void> {
  const own = rule({
    name: 'own',
    kind,
    index: 'events',
    queryKey: ['host.name'],
    filter: [],
    bufferTimeMs: 5 * MINUTE,
    resolveAfterMs: 600 * MINUTE,
    ...change,
  });
  room = await Watchroom.open({
    rules: [own],
    search: (clock) => {
      const search = new MemorySearch(clock, 'main');
      search.inTime = true;
      return search;
    },
  });
  const document = (at: number, more: JsonObject = {}): void => {
    const date = new Date(at).toISOString();
    room.search?.index('events', { '@timestamp': date, host: { name: 'pica01' }, bad: 'no', user: 'u', load: 0.1, ...more });
  };
  for (let minute = 0; minute < 60; minute += 1) {
    const now = room.clock.now();
    document(now);
    for (let again = 0; again < times; again += 1)
      if (minute === 40 + 3 * again)
        for (let index = 0; index < 6; index += 1)
          document(now - minutes * MINUTE - 3 * again * MINUTE + index * 100 + again, { bad: 'yes', user: `x${index}`, load: 0.99 });
    await room.until(minute + 1);
  }
}

const own = () => room.alerts().filter((alert) => alert.rule === 'own');

describe('documents that come ten minutes late', () => {
  it.each(Object.entries(KINDS))('are found by %s, once', async (_, kind) => {
    await lateBy(10, kind);
    expect(own().length).toBeGreaterThan(0);
    expect(new Set(own().map(({ key }) => JSON.stringify(key))).size).toBe(own().length);
    expect(room.posts().filter((post) => /Disk almost full/u.test(post.text))).toHaveLength(1);
  });

  it('are told once, though more come late', async () => {
    await lateBy(5, [metric], 3);
    expect(own()).toHaveLength(1);
  });

  it.each([
    [3, 1],
    [8, 0],
  ])('count for `for: %i m` as long as it held then', async (minutes, told) => {
    await lateBy(10, [metric, { forMs: minutes * MINUTE }]);
    expect(room.posts().filter((post) => /Disk almost full/u.test(post.text))).toHaveLength(told);
  });
});
