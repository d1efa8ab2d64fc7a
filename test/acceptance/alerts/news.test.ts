import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import type { Rule, RuleKind } from '#domain/alert/rule.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { rule } from '#test/domain/alert/builders.ts';
import { Watchroom } from './watchroom.ts';

const MINUTE = 60_000;
let room: Watchroom;
afterEach(() => room.close());

const newUser: RuleKind = {
  type: 'new_term',
  fields: [['user']],
  termsWindowMs: 24 * 60 * MINUTE,
  windowStepMs: 60 * MINUTE,
  termsSize: 50,
  alertOnMissingField: false,
  useTermsQuery: false,
};
const metric = { field: 'load', type: 'max', percentile: null, script: null } as const;
const buckets = {
  bucketIntervalMs: null,
  syncBucketInterval: false,
  allowBufferTimeOverlap: false,
  useRunEveryQuerySize: true,
  minDocCount: 1,
} as const;
const windows = { spikeHeight: 3, spikeType: 'both', thresholdRef: null, thresholdCur: null, alertOnNewData: false } as const;

/** What came, beside what comes all the time. */
type Came = readonly (readonly [minute: number, document: JsonObject])[];

async function watch(kind: RuleKind, came: Came, change: Partial<Rule> = {}): Promise<void> {
  const login = rule({
    name: 'login',
    kind,
    index: 'auth',
    queryKey: [],
    filter: [],
    bufferTimeMs: 5 * MINUTE,
    realertMs: MINUTE,
    resolveAfterMs: 60 * MINUTE,
    ...change,
  });
  room = await Watchroom.open({
    rules: [login],
    search: (clock) => {
      const search = new MemorySearch(clock, 'main');
      search.inTime = true;
      for (const [minute, document] of came)
        search.index('auth', { '@timestamp': new Date(clock.now() + minute * MINUTE).toISOString(), ...document });
      return search;
    },
  });
}

/** Who logs in, minute by minute. */
function logins(...came: readonly (readonly [minute: number, user: string])[]): Came {
  const usual = Array.from({ length: 90 }, (_, index) => [index - 30, { user: 'root' }] as const);
  return [...usual, ...came.map(([minute, user]) => [minute, { user }] as const)];
}

/** As many documents in each minute. */
function counts(...perMinute: readonly number[]): Came {
  return perMinute.flatMap((count, minute) =>
    Array.from({ length: count }, (_, index) => [minute + (index + 1) / (count + 2), { user: `u${index}` }] as const),
  );
}

function loads(...perMinute: readonly number[]): Came {
  return perMinute.map((load, minute) => [minute + 0.5, { load, ok: load < 1 }] as const);
}

describe('something else than before', () => {
  it('is told of an alert that is open already, with what it says now', async () => {
    await watch(newUser, logins([5.5, 'mallory'], [15.5, 'eve']));
    await room.until(12);
    expect(room.only().text).toContain('mallory');
    expect(room.thread()).toEqual([]);
    await room.until(25);
    expect(room.thread()).toEqual([expect.stringMatching(/🆕 .*something else than before\.\n- \*\*`eve`\*\*/u)]);
    expect(room.only().text).toContain('eve');
  });

  it('is told once, and not within realert', async () => {
    await watch(newUser, logins([5.5, 'mallory'], [15.5, 'eve'], [25.5, 'trudy']), { realertMs: 30 * MINUTE });
    await room.until(50);
    expect(room.thread()).toEqual([]);
    for (const name of ['mallory', 'eve', 'trudy']) expect(room.only().text).toContain(name);
  });

  it('is told with what came within realert, once that is over', async () => {
    await watch(newUser, logins([5.5, 'mallory'], [15.5, 'eve'], [45.5, 'trudy']), { realertMs: 30 * MINUTE });
    await room.until(58);
    expect(room.thread()).toEqual([expect.stringMatching(/- \*\*`eve`\*\*, \*\*`trudy`\*\* login/u)]);
  });

  it.each([MINUTE, 0])('names all that one look found, with a realert of %i ms', async (realertMs) => {
    await watch(newUser, logins([5.3, 'mallory'], [5.6, 'eve']), { realertMs });
    await room.until(20);
    expect(room.only().text).toMatch(/`eve`[^]*🆕 also \*\*`mallory`\*\*/u);
    expect(room.thread()).toEqual([]);
  });

  it('names all that one look found beside what was told', async () => {
    await watch(newUser, logins([5.3, 'mallory'], [15.3, 'eve'], [15.5, 'bob'], [15.7, 'trudy']));
    await room.until(30);
    expect(room.thread()).toEqual([expect.stringMatching(/- \*\*`eve`\*\*, \*\*`bob`\*\*, \*\*`trudy`\*\* login/u)]);
    expect(room.only().text).toContain('🆕 also **`mallory`**, **`eve`**, **`bob`**');
  });

  it('names as many as can be read, and says how many more there are', async () => {
    const many = Array.from({ length: 50 }, (_, index) => [5.1 + index / 100, `user${index}`] as const);
    await watch(newUser, logins(...many));
    await room.until(20);
    expect(room.only().text).toContain('`user49`');
    expect(room.only().text).toMatch(/also \*\*`user30`\*\*.*`user48`\*\* and 30 more/u);
  });

  it('outlives a restart, and an alert of before knows what it said', async () => {
    await watch(newUser, logins([5.5, 'mallory'], [15.3, 'eve'], [15.6, 'bob']));
    await room.until(12);
    await room.restart();
    await room.until(25);
    expect(room.thread()).toHaveLength(1);
    await room.restart();
    await room.until(30);
    expect(room.thread()).toHaveLength(1);
    expect(room.only().text).toContain('🆕 also **`mallory`**, **`eve`**');
  });
});

const list = { compareKey: 'user', values: ['mallory', 'eve'], filterByList: true } as const;
const spoken = (came: Came): Came => came.map(([minute, document]) => [minute, { host: 'pica01', ...document }] as const);

/** What is news of each type, as it stands in the thread. */
const NEWS: Readonly<Record<string, readonly [RuleKind, Came, RegExp | null, Partial<Rule>?]>> = {
  'blacklist, another listed value': [{ type: 'blacklist', ...list }, logins([5.3, 'mallory'], [15.3, 'eve']), /\*\*`eve`\*\*/u],
  'blacklist, the same again': [{ type: 'blacklist', ...list }, logins([5.3, 'mallory'], [15.3, 'mallory']), null],
  'blacklist, two that take turns': [
    { type: 'blacklist', ...list },
    logins([5.3, 'mallory'], [5.4, 'eve'], [15.3, 'mallory'], [15.4, 'eve']),
    null,
  ],
  'whitelist, another value': [
    { type: 'whitelist', ...list, values: ['root'], ignoreNull: true },
    logins([5.3, 'mallory'], [15.3, 'eve']),
    /\*\*`eve`\*\*/u,
  ],
  'change, another change': [
    { type: 'change', compareKeys: ['user'], ignoreNull: true, timeframeMs: null },
    spoken([
      [1, { user: 'root' }],
      [5.3, { user: 'mallory' }],
      [15.3, { user: 'eve' }],
      [15.6, { user: 'bob' }],
    ]),
    /\*\*`eve`\*\*, \*\*`bob`\*\*/u,
    { queryKey: ['host'] },
  ],
  'cardinality, the other limit': [
    { type: 'cardinality', field: 'user', timeframeMs: 2 * MINUTE, min: 2, max: 4 },
    counts(3, 3, 3, 8, 3, 3, 3, 3, 3, 3, 3, 1, 1, 1, 1, 1),
    /\*\*1\*\*/u,
  ],
  'metric_aggregation, the other limit': [
    { type: 'metric_aggregation', metric, minThreshold: 2, maxThreshold: 9, formatString: null, ...buckets },
    loads(5, 5, 5, 12, 5, 5, 5, 5, 5, 5, 1, 5),
    /\*\*1\*\*/u,
  ],
  'metric_aggregation, the same limit': [
    { type: 'metric_aggregation', metric, minThreshold: 2, maxThreshold: 9, formatString: null, ...buckets },
    loads(5, 5, 5, 12, 5, 5, 5, 5, 5, 5, 13, 5),
    null,
  ],
  'percentage_match, the other limit': [
    {
      type: 'percentage_match',
      matchFilter: [{ term: { ok: true } }],
      minPercentage: 20,
      maxPercentage: 80,
      minDenominator: 1,
      formatString: null,
      ...buckets,
    },
    [...loads(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 5)],
    /\*\*0\s?%\*\*/u,
  ],
  'spike, the other direction': [
    { type: 'spike', ...windows, timeframeMs: 2 * MINUTE, fieldValue: null, countedBy: 'documents', termsSize: 50 },
    counts(4, 4, 4, 4, 4, 30, 30, 30, 30, 30, 30, 30, 30, 1, 1, 1, 1, 1),
    /\*\*\d+\*\*/u,
  ],
  'spike_aggregation, the other direction': [
    { type: 'spike_aggregation', metric, ...buckets, ...windows, timeframeMs: 2 * MINUTE },
    loads(4, 4, 4, 4, 4, 30, 30, 30, 30, 30, 30, 30, 30, 1, 1, 1, 1, 1),
    /\*\*\d+\*\*/u,
  ],
  'any, another document': [{ type: 'any' }, [5.3, 15.3].map((minute) => [minute, { user: 'eve' }] as const), null],
};

describe('news of each type', () => {
  it.each(Object.entries(NEWS))('%s', async (_, [kind, came, told, change]) => {
    await watch(kind, came, change);
    await room.until(30);
    const thread = room.thread(room.only(/Disk almost full/u));
    expect(thread).toEqual(told === null ? [] : [expect.stringMatching(/🆕/u)]);
    if (told !== null) expect(thread[0]).toMatch(told);
  });
});
