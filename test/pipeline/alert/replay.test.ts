import { describe, expect, it } from 'vitest';
import type { Rule, RuleKind } from '#domain/alert/rule.ts';
import { replay } from '#pipeline/alert/replay.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const FROM = Date.UTC(2026, 0, 10, 12);
const MINUTE = 60_000;
const INDEX = 'events';

function watching(kind: RuleKind, change: Partial<Rule> = {}): Rule {
  return rule({
    name: kind.type,
    kind,
    index: INDEX,
    filter: [],
    queryKey: ['host'],
    bufferTimeMs: 5 * MINUTE,
    timestampField: '@timestamp',
    ...change,
  });
}

/** Documents of a host, so many milliseconds after the beginning. */
function filled(...times: readonly number[]): MemorySearch {
  const search = new MemorySearch({ now: () => FROM });
  for (const time of times) search.index(INDEX, { '@timestamp': new Date(FROM + time).toISOString(), host: 'pica01', load: 1 });
  return search;
}

async function lives(one: Rule, search: MemorySearch, minutes = 20): Promise<readonly string[]> {
  const events: string[] = [];
  for await (const { key, event, at } of replay([one], search, { from: FROM, to: FROM + minutes * MINUTE })) {
    events.push(`${key === null ? '-' : Object.values(key).join()} ${event} ${(at - FROM) / 1_000}`);
  }
  return events;
}

const frequency: RuleKind = {
  type: 'frequency',
  numEvents: 3,
  timeframeMs: 2 * MINUTE,
  countedBy: 'documents',
  termsSize: 50,
  attachRelated: false,
};
const flatline: RuleKind = {
  type: 'flatline',
  threshold: 1,
  timeframeMs: 3 * MINUTE,
  forgetKeys: false,
  countedBy: 'documents',
  termsSize: 50,
};

describe('a replay', () => {
  it('looks only when limit_execution says so, at what is not older than the buffer then', async () => {
    const limited = watching({ type: 'any' }, { limitExecution: '10-12 12 * * *', bufferTimeMs: 2 * MINUTE });
    const found = (await lives(limited, filled(30_000, 9 * MINUTE, 12 * MINUTE, 15 * MINUTE))).filter((event) => event.includes('fired'));
    expect(found).toEqual(['pica01 fired 540']);
    const memory = filled(9 * MINUTE);
    expect(await lives({ ...limited, limitExecution: '0 3 * * *' }, memory)).toEqual([]);
  });

  it('fires at the time of the document, and resolves when its window is empty of it and the source still speaks', async () => {
    const steady = Array.from({ length: 19 }, (_, minute) => (minute + 1) * MINUTE);
    expect(await lives(watching(frequency), filled(30_000, 31_000, 32_000, ...steady))).toEqual(['pica01 fired 32', 'pica01 resolved 180']);
  });

  it('leaves an alert open whose source fell silent', async () => {
    expect(await lives(watching(frequency), filled(30_000, 31_000, 32_000), 4)).toEqual(['pica01 fired 32', 'pica01 resolved 180']);
    expect(await lives(watching({ ...frequency, timeframeMs: 10 * MINUTE }), filled(30_000, 31_000, 32_000))).toEqual(['pica01 fired 32']);
  });

  it('keeps a zero of a field in the reference, as long as anything was in the windows when it came', async () => {
    const kind: RuleKind = {
      type: 'spike',
      timeframeMs: 45_000,
      spikeHeight: 1.5,
      spikeType: 'down',
      thresholdRef: null,
      thresholdCur: null,
      alertOnNewData: true,
      fieldValue: 'load',
      countedBy: 'documents',
      termsSize: 50,
    };
    const search = new MemorySearch({ now: () => FROM });
    const loads: readonly (readonly [second: number, load: number])[] = [
      ...Array.from({ length: 24 }, (_, index) => [index * 10 + 1, 200] as const),
      // The zero at 340 came while a 200 was in the reference: at 421, it and the 200 at 372 are the reference of 0 and 200.
      [235.457, 200],
      [340, 0],
      [372.052, 200],
      [400, 0],
      [422.642, 200],
      [450, 200],
    ];
    for (const [second, load] of loads)
      search.index(INDEX, { '@timestamp': new Date(FROM + second * 1_000).toISOString(), host: 'pica01', load });
    const found = await lives(watching(kind, { runEveryMs: 30_000, bufferTimeMs: 30_000 }), search, 10);
    expect(found.filter((event) => event.includes('fired'))).toEqual([]);
  });

  it('has a baseline of new_term that begins as exactly as the replay does', async () => {
    const kind: RuleKind = {
      type: 'new_term',
      fields: [['load']],
      termsWindowMs: 2 * MINUTE,
      windowStepMs: MINUTE,
      useTermsQuery: false,
      termsSize: 50,
      alertOnMissingField: false,
    };
    const found = async (ms: number): Promise<readonly string[]> => {
      const events: string[] = [];
      const span = { from: FROM + ms, to: FROM + ms + 5 * MINUTE };
      for await (const { event, at } of replay([watching(kind)], filled(-2 * MINUTE, 30_000), span)) events.push(`${event} ${at - FROM}`);
      return events.filter((event) => event.startsWith('fired'));
    };
    expect([await found(0), await found(377)]).toEqual([[], ['fired 30000']]);
  });

  it('has no window that the document at its beginning is in, whatever is left of that second', async () => {
    expect(await lives(watching({ type: 'any' }), filled(0, 500))).toEqual([]);
  });

  it('takes its end for the whole second, too', async () => {
    expect(await lives(watching({ type: 'any' }), filled(20 * MINUTE + 500))).toEqual(['pica01 fired 1200.5']);
    expect(await lives(watching({ type: 'any' }), filled(20 * MINUTE + 1_000))).toEqual([]);
  });

  it('fires a flatline of the whole rule one tick and its window after the beginning, when nothing ever comes', async () => {
    expect(await lives(watching(flatline, { queryKey: [] }), filled())).toEqual(['- fired 240']);
  });

  it('knows a key that is expected before it was ever seen', async () => {
    expect(await lives(watching(flatline, { expect: [{ host: 'pica02' }] }), filled())).toEqual(['pica02 fired 240']);
  });

  it('watches a key that was forgotten from its next document on, not from those that are still in the window', async () => {
    const forgetting: RuleKind = { ...flatline, threshold: 3, timeframeMs: 10 * MINUTE, forgetKeys: true };
    expect(await lives(watching(forgetting), filled(10_000, 500_000, 550_000, 1_000_000), 30)).toEqual([
      'pica01 fired 660',
      'pica01 resolved 1020',
      'pica01 fired 1620',
    ]);
  });

  it('resolves a flatline at the tick at which documents are back', async () => {
    expect(await lives(watching(flatline), filled(30_000, 10.5 * MINUTE))).toEqual([
      'pica01 fired 240',
      'pica01 resolved 660',
      'pica01 fired 840',
    ]);
  });

  it('aggregates only windows that lie whole within the time', async () => {
    const metric = { field: 'load', type: 'sum', percentile: null, script: null } as const;
    const kind: RuleKind = {
      type: 'metric_aggregation',
      metric,
      minThreshold: null,
      maxThreshold: 1.5,
      formatString: null,
      bucketIntervalMs: null,
      syncBucketInterval: false,
      allowBufferTimeOverlap: false,
      useRunEveryQuerySize: false,
      minDocCount: 1,
    };
    expect(await lives(watching(kind), filled(30_000, 31_000, 9 * MINUTE))).toEqual(['pica01 fired 300', 'pica01 resolved 540']);
  });

  it('throws when a search fails: a replay with a hole would say that all was well', async () => {
    const search = filled();
    search.faults.all('unreachable');
    await expect(lives(watching(frequency), search)).rejects.toMatchObject({ code: 'search_unreachable' });
  });
});
