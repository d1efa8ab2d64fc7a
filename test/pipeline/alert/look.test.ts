import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding, RuleMemory } from '#domain/alert/look.ts';
import type { Rule, RuleKind } from '#domain/alert/rule.ts';
import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import type { Search } from '#ports/search.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

const START = Date.UTC(2026, 0, 10, 12);
const MINUTE = 60_000;
const END = START + 20 * MINUTE;
const INDEX = 'events';

interface Doc {
  readonly at: number;
  readonly key: string;
  readonly value: string;
  /** How much later than its time it can be found. */
  readonly late: number;
}

const docs = fc.array(
  fc.record({
    // Whole and half minutes meet the ends of looks and windows; others don't.
    at: fc.oneof(
      fc.integer({ min: 0, max: 40 }).map((half) => START + half * 30_000),
      fc.integer({ min: START - MINUTE, max: END }),
    ),
    key: fc.constantFrom('a', 'b'),
    value: fc.constantFrom('v1', 'v2', 'v3', 'v4'),
    late: fc.constantFrom(0, 0, 0, 45_000, 4 * MINUTE),
  }),
  { maxLength: 40 },
);
/** Lengths of the looks, in the order in which they come; the last one goes to the end. */
const looks = fc.array(fc.constantFrom(20_000, MINUTE, MINUTE, 90_000, 5 * MINUTE), { minLength: 1, maxLength: 25 });

function sourceOf({ at, key, value }: Doc): JsonObject {
  return { '@timestamp': new Date(at).toISOString(), key, value };
}

function watching(kind: RuleKind, queryKey: readonly string[] = ['key']): Rule {
  return rule({ kind, index: INDEX, filter: [], queryKey, bufferTimeMs: 5 * MINUTE, timestampField: '@timestamp', timestampType: 'iso' });
}

function endsOf(lengths: readonly number[]): readonly number[] {
  const ends: number[] = [];
  for (let at = START, index = 0; at < END; index += 1) {
    at = Math.min(END, at + (lengths[index] ?? END));
    ends.push(at);
  }
  return ends;
}

/** Looks in ticks of these lengths, while documents come in; late ones are there only some time after they happened. */
async function watched(one: Rule, all: readonly Doc[], lengths: readonly number[]): Promise<readonly Finding[]> {
  const search = new MemorySearch({ now: () => END });
  search.createIndex(INDEX);
  let rest = [...all];
  let memory: RuleMemory | null = null;
  let from = START;
  const findings: Finding[] = [];
  // A last look long after, for those that came late.
  for (const to of [...endsOf(lengths), END + 4 * MINUTE]) {
    for (const doc of rest.filter((item) => item.at + item.late <= to)) search.index(INDEX, sourceOf(doc));
    rest = rest.filter((item) => item.at + item.late > to);
    const [looked] = await lookAt([{ rule: one, memory, span: { from, to }, open: [] }], search);
    if (looked?.ok !== true) throw new Error(JSON.stringify(looked));
    findings.push(...looked.look.findings);
    memory = looked.look.memory;
    from = to;
  }
  return findings;
}

const told = (findings: readonly Finding[]) => findings.map(({ key, at }) => `${Object.values(key).join()} ${at - START}`).toSorted();
const inTime = (all: readonly Doc[]): Doc[] => all.filter(({ at }) => at > START && at <= END).toSorted((a, b) => a.at - b.at);
const onTime = (all: readonly Doc[]): Doc[] => all.map((doc) => ({ ...doc, late: 0 }));

async function check(
  kind: RuleKind,
  expected: (own: readonly Doc[]) => readonly string[],
  prepare: (all: readonly Doc[]) => Doc[],
): Promise<void> {
  const property = fc.asyncProperty(docs, looks, async (all, lengths) => {
    const given = prepare(all);
    const found = told(await watched(watching(kind), given, lengths));
    expect(found).toEqual([...expected(inTime(given))].toSorted());
  });
  await fc.assert(property, { numRuns: 150 });
}

const asFound = ({ key, at }: Doc): string => `${key} ${at - START}`;
const asTheyAre = (all: readonly Doc[]): Doc[] => [...all];

describe('looks of any length find what one pass over all documents finds', () => {
  it('any: each document once, late ones too', async () => {
    await check({ type: 'any' }, (own) => own.map(asFound), asTheyAre);
  });

  it('blacklist and whitelist, with and without the list in the filter, late ones too', async () => {
    for (const filterByList of [true, false]) {
      const isListed = (doc: Doc): boolean => doc.value === 'v1' || doc.value === 'v2';
      const values = ['v1', 'v2'];
      await check({ type: 'blacklist', compareKey: 'value', values, filterByList }, (own) => own.filter(isListed).map(asFound), asTheyAre);
      const whitelist = { type: 'whitelist', compareKey: 'value', values, filterByList, ignoreNull: true } as const;
      await check(whitelist, (own) => own.filter((doc) => !isListed(doc)).map(asFound), asTheyAre);
    }
  });

  it('frequency: greedy windows, half-open', async () => {
    const timeframeMs = 2 * MINUTE;
    const expected = (own: readonly Doc[]): readonly string[] => {
      const windows = new Map<string, number[]>();
      return own.flatMap((doc) => {
        const window = [...(windows.get(doc.key) ?? []), doc.at].filter((at) => doc.at - at < timeframeMs);
        windows.set(doc.key, window.length >= 3 ? [] : window);
        return window.length >= 3 ? [asFound(doc)] : [];
      });
    };
    await check(
      { type: 'frequency', numEvents: 3, timeframeMs, countedBy: 'documents', termsSize: 50, attachRelated: false },
      expected,
      onTime,
    );
  });

  it('cardinality: each document with more values than the maximum in its closed window', async () => {
    const timeframeMs = 2 * MINUTE;
    const isOver = (own: readonly Doc[], doc: Doc, index: number): boolean =>
      new Set(
        own
          .slice(0, index + 1)
          .filter(({ key, at }) => key === doc.key && doc.at - at <= timeframeMs)
          .map(({ value }) => value),
      ).size > 2;
    // Of several documents in one millisecond the order isn't known, so only the last of each can be compared.
    const apart = (all: readonly Doc[]): Doc[] => [...new Map(onTime(all).map((doc) => [doc.at, doc])).values()];
    await check(
      { type: 'cardinality', field: 'value', timeframeMs, min: null, max: 2 },
      (own) => own.filter((doc, index) => isOver(own, doc, index)).map(asFound),
      apart,
    );
  });

  it('change: each document that differs from the one before', async () => {
    const apart = (all: readonly Doc[]): Doc[] => [...new Map(onTime(all).map((doc) => [doc.at, doc])).values()];
    const expected = (own: readonly Doc[]): readonly string[] => {
      const last = new Map<string, string>();
      return own.flatMap((doc) => {
        const before = last.get(doc.key);
        last.set(doc.key, doc.value);
        return before === undefined || before === doc.value ? [] : [asFound(doc)];
      });
    };
    await check({ type: 'change', compareKeys: ['value'], ignoreNull: true, timeframeMs: null }, expected, apart);
  });

  it('new_term: the first document of each value, unless the time before had it', async () => {
    const property = fc.asyncProperty(docs, looks, async (all, lengths) => {
      const given = onTime(all);
      const kind = {
        type: 'new_term',
        fields: [['value']],
        termsWindowMs: 86_400_000,
        windowStepMs: 86_400_000,
        termsSize: 50,
        alertOnMissingField: false,
        useTermsQuery: false,
      } as const;
      const found = await watched(watching(kind), given, lengths);
      const before = new Set(given.filter(({ at }) => at < START).map(({ value }) => value));
      const fresh = inTime(given).filter(({ value }) => !before.has(value));
      const first = new Map(fresh.toReversed().map(({ value, at }) => [value, at]));
      expect(found.map(({ value, at }) => `${String(value)} ${at}`).toSorted()).toEqual(
        [...first].map(([value, at]) => `${value} ${at}`).toSorted(),
      );
    });
    await fc.assert(property, { numRuns: 150 });
  });
});

describe('after a stop, one look over the missed time finds what a look each minute would have found', () => {
  const minutes = fc.array(fc.constantFrom(MINUTE, 3 * MINUTE, 7 * MINUTE), { minLength: 1, maxLength: 10 });
  const eachMinute = Array.from({ length: 20 }, () => MINUTE);
  const metric = { field: 'value', type: 'value_count', percentile: null, script: null } as const;
  const buckets = {
    bucketIntervalMs: null,
    syncBucketInterval: false,
    allowBufferTimeOverlap: false,
    useRunEveryQuerySize: false,
    minDocCount: 1,
  } as const;
  const spike = {
    timeframeMs: 2 * MINUTE,
    spikeHeight: 2,
    spikeType: 'both',
    thresholdRef: null,
    thresholdCur: null,
    alertOnNewData: false,
  } as const;
  const kinds: Readonly<Record<string, RuleKind>> = {
    flatline: { type: 'flatline', threshold: 2, timeframeMs: 3 * MINUTE, forgetKeys: false, countedBy: 'documents', termsSize: 50 },
    'flatline that forgets': { type: 'flatline', threshold: 2, timeframeMs: 90_000, forgetKeys: true, countedBy: 'terms', termsSize: 50 },
    'frequency by terms': {
      type: 'frequency',
      numEvents: 3,
      timeframeMs: 150_000,
      countedBy: 'terms',
      termsSize: 50,
      attachRelated: false,
    },
    metric_aggregation: { type: 'metric_aggregation', metric, ...buckets, minThreshold: 1, maxThreshold: 3, formatString: null },
    spike: { type: 'spike', ...spike, fieldValue: null, countedBy: 'documents', termsSize: 50 },
    'spike by count': { type: 'spike', ...spike, fieldValue: null, countedBy: 'count', termsSize: 50 },
    spike_aggregation: { type: 'spike_aggregation', metric, ...buckets, ...spike },
    'cardinality with a minimum': { type: 'cardinality', field: 'value', timeframeMs: 2 * MINUTE, min: 2, max: null },
  };
  for (const [name, kind] of Object.entries(kinds)) {
    it(name, async () => {
      const property = fc.asyncProperty(docs, minutes, fc.boolean(), async (all, lengths, keyed) => {
        const one = watching(kind, keyed || kind.type === 'cardinality' ? ['key'] : []);
        const given = [...new Map(onTime(all).map((doc) => [doc.at, doc])).values()].filter(({ at }) => at <= END);
        const [missed, live] = [await watched(one, given, lengths), await watched(one, given, eachMinute)];
        expect(told(missed)).toEqual(told(live));
      });
      await fc.assert(property, { numRuns: 60 });
    });
  }
});

describe('a look', () => {
  const frequency: RuleKind = {
    type: 'frequency',
    numEvents: 3,
    timeframeMs: MINUTE,
    countedBy: 'documents',
    termsSize: 50,
    attachRelated: false,
  };

  it('finds what late documents complete', async () => {
    const burst = [1, 2, 3].map((second): Doc => ({
      at: START + second * 1_000,
      key: 'a',
      value: 'v1',
      late: second === 2 ? 3 * MINUTE : 0,
    }));
    const findings = await watched(
      watching(frequency),
      burst,
      Array.from({ length: 20 }, () => MINUTE),
    );
    expect(told(findings)).toEqual(['a 3000']);
  });

  it('asks once, though documents come some seconds after their time; and once more when they come late', async () => {
    const search = new MemorySearch({ now: () => END });
    const one = watching({ ...frequency, numEvents: 100 });
    const trips: number[] = [];
    let memory: RuleMemory | null = null;
    for (let minute = 0; minute < 8; minute += 1) {
      const from = START + minute * MINUTE;
      // Within the look before, which couldn't see it yet; the last but one is older.
      const at = minute === 6 ? from - MINUTE : from - 2_000;
      search.index(INDEX, sourceOf({ at, key: 'a', value: 'v1', late: 0 }));
      const before = search.roundTrips;
      const [looked] = await lookAt([{ rule: one, memory, span: { from, to: from + MINUTE }, open: [] }], search);
      if (looked?.ok !== true) throw new Error(JSON.stringify(looked));
      memory = looked.look.memory;
      trips.push(search.roundTrips - before);
    }
    // The first look learns the kinds of fields.
    expect(trips).toEqual([2, 1, 1, 1, 1, 1, 2, 1]);
  });

  it('reads what made it fire once, however long it stays in the window, and fires again on what comes after it', async () => {
    const search = new MemorySearch({ now: () => END });
    const one = watching({ ...frequency, timeframeMs: 5 * MINUTE });
    const trips: number[] = [];
    const fired: number[] = [];
    let memory: RuleMemory | null = null;
    for (let minute = 0; minute < 6; minute += 1) {
      const from = START + minute * MINUTE;
      const count = [3, 0, 1, 0, 2, 0][minute] ?? 0;
      for (let each = 0; each < count; each += 1) search.index(INDEX, sourceOf({ at: from + 1_000, key: 'a', value: 'v1', late: 0 }));
      const before = search.roundTrips;
      const [looked] = await lookAt([{ rule: one, memory, span: { from, to: from + MINUTE }, open: [] }], search);
      if (looked?.ok !== true) throw new Error(JSON.stringify(looked));
      memory = looked.look.memory;
      trips.push(search.roundTrips - before);
      fired.push(looked.look.findings.length);
    }
    // The first look learns the kinds of fields; one that fires reads the documents, whole where they are few.
    expect([trips, fired]).toEqual([
      [3, 1, 1, 1, 2, 1],
      [1, 0, 0, 0, 1, 0],
    ]);
  });

  it('holds a minimum against a key from its first document on, also when that came a little late', async () => {
    const kind: RuleKind = { type: 'cardinality', field: 'value', timeframeMs: MINUTE, min: 2, max: null };
    // At the very end of a look, which couldn't see it yet; and again after the match, whose own document doesn't begin anything anew.
    const late = [1, 10].map((minute): Doc => ({ at: START + minute * MINUTE, key: 'a', value: 'v1', late: 20_000 }));
    const findings = await watched(
      watching(kind),
      late,
      Array.from({ length: 20 }, () => MINUTE),
    );
    expect(told(findings)).toEqual([`a ${3 * MINUTE}`, `a ${12 * MINUTE}`]);
  });

  it('tells nothing twice when the same span is looked at again', async () => {
    const search = new MemorySearch({ now: () => END });
    for (const second of [1, 2, 3]) search.index(INDEX, sourceOf({ at: START + second * 1_000, key: 'a', value: 'v1', late: 0 }));
    const span = { from: START, to: START + MINUTE };
    const [first] = await lookAt([{ rule: watching(frequency), memory: null, span, open: [] }], search);
    if (first?.ok !== true) throw new Error('no look');
    const [again] = await lookAt([{ rule: watching(frequency), memory: first.look.memory, span, open: [] }], search);
    expect([first.look.findings.length, again?.ok === true ? again.look.findings : null]).toEqual([1, []]);
  });

  it('reads no documents for a spike whose reference can not be filled yet', async () => {
    const memory = new MemorySearch({ now: () => END });
    for (let second = 1; second < 60; second += 1) {
      memory.index(INDEX, sourceOf({ at: START + second * 1_000, key: 'a', value: 'v1', late: 0 }));
    }
    const kind: RuleKind = {
      type: 'spike',
      timeframeMs: 10 * MINUTE,
      spikeHeight: 2,
      spikeType: 'up',
      thresholdRef: null,
      thresholdCur: null,
      alertOnNewData: false,
      fieldValue: null,
      countedBy: 'documents',
      termsSize: 50,
    };
    const sizes: unknown[] = [];
    const search: Search = {
      cluster: memory.cluster,
      atOnce: 1_000,
      multi: (requests, signal) => {
        sizes.push(...requests.map(({ body }) => body['size']));
        return memory.multi(requests, signal);
      },
      fields: (index, pattern, signal) => memory.fields(index, pattern, signal),
      sources: (index, signal) => memory.sources(index, signal),
      blocks: (index, signal) => memory.blocks(index, signal),
      info: () => memory.info(),
      close: () => memory.close(),
    };
    const span = { from: START, to: START + 5 * MINUTE };
    await lookAt([{ rule: watching(kind), memory: null, span, open: [] }], search);
    expect(sizes.filter((size) => size !== 0)).toEqual([]);
    await lookAt([{ rule: watching(kind), memory: { origin: START - 20 * MINUTE }, span, open: [] }], search);
    expect(sizes.length).toBeGreaterThan(1);
  });

  it('pages through more keys than one answer holds, and cuts none', async () => {
    const keys = Array.from({ length: 1_200 }, (_, index) => `host-${index}`);
    const all = keys.flatMap((key) => [1, 2, 3].map((second): Doc => ({ at: START + second * 1_000, key, value: 'v1', late: 0 })));
    const findings = await watched(watching(frequency), all, [MINUTE, END]);
    expect(new Set(findings.map(({ key }) => key['key'])).size).toBe(keys.length);
  });

  it('draws a line through the past, and fires when it reaches the limit soon enough', async () => {
    const search = new MemorySearch({ now: () => END });
    for (const [host, step] of [
      ['full', 0.01],
      ['calm', 0.0001],
    ] as const) {
      for (let minute = 0; minute < 20; minute += 1) {
        search.index(INDEX, { '@timestamp': new Date(START + minute * MINUTE).toISOString(), key: host, used: 0.6 + minute * step });
      }
    }
    const metric = { field: 'used', type: 'avg', percentile: null, script: null } as const;
    const kind: RuleKind = {
      type: 'forecast',
      metric,
      limit: 1,
      direction: 'up',
      withinMs: 60 * MINUTE,
      timeframeMs: 20 * MINUTE,
      beyond: 0.5,
    };
    const request = { rule: watching(kind), memory: null, span: { from: END - MINUTE, to: END }, open: [] };
    const [looked] = await lookAt([request], search);
    expect(looked?.ok === true ? looked.look.findings.map(({ key }) => key['key']) : null).toEqual(['full']);
    expect(looked?.ok === true ? looked.look.reports.map(({ key, state }) => `${key['key']} ${state}`).toSorted() : null).toEqual([
      'calm clear',
      'full breached',
    ]);
  });

  it('of many quiet rules takes one round trip, once their fields are known', async () => {
    const search = new MemorySearch({ now: () => END });
    search.index(INDEX, sourceOf({ at: START + 1_000, key: 'a', value: 'v1', late: 0 }));
    const requests = Array.from({ length: 50 }, () => ({
      rule: watching(frequency),
      memory: null,
      span: { from: START, to: START + MINUTE },
      open: [],
    }));
    const first = await lookAt(requests, search);
    const before = search.roundTrips;
    const next = requests.map((request, index) => {
      const looked = first[index];
      return {
        ...request,
        memory: looked?.ok === true ? looked.look.memory : null,
        span: { from: START + MINUTE, to: START + 2 * MINUTE },
      };
    });
    expect((await lookAt(next, search)).every(({ ok }) => ok)).toBe(true);
    expect(search.roundTrips - before).toBe(1);
  });

  it('asks for many rules part after part, so that what was answered before a failure stands', async () => {
    const memory = new MemorySearch({ now: () => END });
    memory.index(INDEX, sourceOf({ at: START + 1_000, key: 'a', value: 'v1', late: 0 }));
    const parts: number[] = [];
    const search: Search = {
      cluster: 'lab',
      atOnce: 250,
      fields: (...args) => memory.fields(...args),
      sources: (...args) => memory.sources(...args),
      blocks: (...args) => memory.blocks(...args),
      info: () => memory.info(),
      close: () => memory.close(),
      multi: async (requests) => {
        parts.push(requests.length);
        if (parts.length === 3) throw new VigieError('search_busy', { cluster: 'lab', status: 429 });
        return await memory.multi(requests);
      },
    };
    const request = { rule: watching(frequency), memory: null, span: { from: START, to: START + MINUTE }, open: [] };
    const looked = await lookAt(
      Array.from({ length: 1_000 }, (_, index) => ({ ...request, rule: { ...request.rule, filter: [{ term: { key: `${index}` } }] } })),
      search,
    );
    expect(parts).toEqual([250, 250, 250]);
    // One of them is the question that all share: what is too long for its column.
    expect([looked.length, looked.filter(({ ok }) => ok).length]).toEqual([1_000, 499]);
  });

  it('fails alone when its search does', async () => {
    const memory = new MemorySearch({ now: () => END });
    memory.index(INDEX, sourceOf({ at: START + 1_000, key: 'a', value: 'v1', late: 0 }));
    const search: Search = {
      cluster: 'lab',
      atOnce: 1_000,
      fields: (...args) => memory.fields(...args),
      sources: (...args) => memory.sources(...args),
      blocks: (...args) => memory.blocks(...args),
      info: () => memory.info(),
      close: () => memory.close(),
      multi: async (requests) => {
        const outcomes = await memory.multi(requests);
        return outcomes.map((outcome, index) =>
          index === 0 ? { ok: false, problem: { code: 'search_incomplete', params: { cluster: 'lab', reason: 'shards' } } } : outcome,
        );
      },
    };
    const request = { rule: watching(frequency), memory: null, span: { from: START, to: START + MINUTE }, open: [] };
    const other = { ...request, rule: { ...request.rule, filter: [{ exists: { field: 'key' } }] } };
    expect((await lookAt([request, other], search)).map(({ ok }) => ok)).toEqual([false, true]);
  });

  it('gives every rule the problem when nobody answers', async () => {
    const search = new MemorySearch({ now: () => END });
    search.faults.all('unreachable');
    const request = { rule: watching(frequency), memory: null, span: { from: START, to: START + MINUTE }, open: [] };
    const looked = await lookAt([request, request], search);
    expect(looked.map((one) => (one.ok ? null : one.problem.code))).toEqual(['search_unreachable', 'search_unreachable']);
  });

  it('reports many open keys as it does a few, without a filter for each', async () => {
    const memory = new MemorySearch({ now: () => END });
    const keys = Array.from({ length: 600 }, (_, index) => ({ key: `k${index}` }));
    for (const { key } of keys.slice(0, 400)) memory.index(INDEX, { ...sourceOf({ at: START + 1_000, key, value: 'v1', late: 0 }) });
    const sizes: number[] = [];
    const search: Search = {
      cluster: 'lab',
      atOnce: 1_000,
      fields: (...args) => memory.fields(...args),
      sources: (...args) => memory.sources(...args),
      blocks: (...args) => memory.blocks(...args),
      info: () => memory.info(),
      close: () => memory.close(),
      multi: async (requests) => {
        sizes.push(...requests.map(({ body }) => JSON.stringify(body).length));
        return await memory.multi(requests);
      },
    };
    const states = async (open: readonly { readonly key: string }[]): Promise<readonly string[]> => {
      const [looked] = await lookAt([{ rule: watching(frequency), memory: null, span: { from: START, to: START + MINUTE }, open }], search);
      return looked?.ok === true ? looked.look.reports.map(({ state }) => state) : [];
    };
    const few = [await states(keys.slice(350, 450)), sizes.splice(0)];
    expect(few[0]).toEqual(keys.slice(350, 450).map((_, index) => (index < 50 ? 'clear' : 'silent')));
    expect(await states(keys)).toEqual(keys.map((_, index) => (index < 400 ? 'clear' : 'silent')));
    expect(Math.max(...sizes)).toBeLessThan(15_000);
  });

  it('reports a key whose source is silent as silent, and one that sends other documents as clear', async () => {
    const search = new MemorySearch({ now: () => END });
    search.index(INDEX, sourceOf({ at: START + 1_000, key: 'a', value: 'v1', late: 0 }));
    const request = {
      rule: watching(frequency),
      memory: null,
      span: { from: START, to: START + MINUTE },
      open: [{ key: 'a' }, { key: 'b' }],
    };
    const [looked] = await lookAt([request], search);
    expect(looked?.ok === true ? looked.look.reports.map(({ state }) => state) : null).toEqual(['clear', 'silent']);
  });
});
