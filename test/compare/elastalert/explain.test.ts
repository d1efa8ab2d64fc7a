import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { asRead } from './as-read.ts';
import { compare, toBeRead, type Difference, type Sides } from './compare.ts';
import type { Life, Match, Theirs, Written } from './sides.ts';

const START = Date.UTC(2026, 0, 10, 12);
const MINUTE = 60_000;
const PACE = { runEveryMs: MINUTE, bufferTimeMs: 5 * MINUTE, from: START, to: START + 60 * MINUTE, documents: [], late: [] };
const NAME = 'the rule';

/** From a minute to another; null: it stays. */
function life(key: readonly string[], from: number, to: number | null): Life {
  return { rule: NAME, key, firedAt: START + from * MINUTE, resolvedAt: to === null ? Number.POSITIVE_INFINITY : START + to * MINUTE };
}

function found(...matches: readonly (readonly [key: string, minute: number])[]): Theirs {
  return { matches: matches.map(([key, minute]) => matchOf(key.split('|'), minute)), died: [] };
}

function matchOf(key: readonly string[], minute: number): Match {
  return { rule: NAME, key, at: START + minute * MINUTE, tick: START + minute * MINUTE };
}

function died(minute: number, reason: string, theirs: Theirs = found()): Theirs {
  return { ...theirs, died: [{ rule: NAME, died: reason, at: START + minute * MINUTE }] };
}

function differences(rule: Written, lives: readonly Life[], theirs: Theirs, anew?: Theirs): readonly Difference[] {
  const read = new Map<string, Sides>(anew === undefined ? [] : [[NAME, { theirs: anew, prompt: null }]]);
  return compare([rule], { theirs, lives, prompt: null, read }, PACE);
}

function numbers(...of: Parameters<typeof differences>): readonly (number | null)[] {
  return differences(...of).map(({ explanation }) => explanation);
}

const rule = (type: string, options: JsonObject): Written => ({ name: NAME, type, ...options });

/** What differs, by its number; what vigie and ElastAlert find of it; and what ElastAlert finds of documents as vigie reads them. */
const SCENES: Readonly<
  Record<number, { readonly rule: Written; readonly lives: readonly Life[]; readonly theirs: Theirs; readonly read: Theirs }>
> = {
  24: {
    rule: rule('frequency', { query_key: 'user' }),
    lives: [life([''], 5, 8)],
    theirs: found(['', 7]),
    read: found(['', 5]),
  },
  26: {
    rule: rule('new_term', { fields: ['service'] }),
    lives: [life([], 5, 8)],
    theirs: died(1, 'EAException: unknown query [query]'),
    read: found(['', 5]),
  },
  27: {
    rule: rule('metric_aggregation', { timestamp_type: 'unix', bucket_interval: { seconds: 30 }, query_key: ['service', 'flag'] }),
    lives: [life(['pad', 'true'], 5, 8)],
    theirs: found(),
    read: found(['pad|true', 5]),
  },
  32: {
    rule: rule('frequency', { query_key: 'tags' }),
    lives: [life(['a'], 5, 8)],
    theirs: found(['["a","b"]', 5]),
    read: found(['a', 5]),
  },
  34: {
    rule: rule('percentage_match', { query_key: 'mixed' }),
    lives: [life(['x'], 5, 8)],
    theirs: found(['x', 8]),
    read: found(['x', 5]),
  },
};

describe.each(Object.entries(SCENES))('difference %s from ElastAlert', (number, { rule: own, lives, theirs, read }) => {
  const explained = Number(number);
  const key = lives[0]?.key ?? [];
  const text = key.join('|');

  it('explains what ElastAlert finds as well of the documents as vigie reads them', () => {
    expect(new Set(numbers(own, lives, theirs, withKey(read, key)))).toEqual(new Set([explained]));
  });

  it('explains nothing as long as nobody has looked', () => {
    const unknown = differences(own, lives, theirs);
    expect(new Set(unknown.map(({ explanation }) => explanation))).toEqual(new Set([null]));
    expect(toBeRead([own], theirs, unknown)).toEqual([own]);
  });

  it.each([
    ['vigie found more', [...lives, life(key, 30, 33)], read],
    ['vigie found less', lives, { ...read, matches: [...read.matches, matchOf(key, 30)] }],
    ['vigie found it at another time', lives.map((one) => ({ ...one, firedAt: one.firedAt - 4 * MINUTE })), read],
    ['ElastAlert died of those, too', lives, died(6, 'ValueError', read)],
  ])('explains nothing where beside it %s', (_what, mine, anew) => {
    const all = differences(own, mine, theirs, withKey(anew, key));
    expect(all.filter((one) => one.key.join('|') === text).map(({ explanation }) => explanation)).toEqual([null]);
  });
});

/** A rule without a key has an empty one. */
function withKey(theirs: Theirs, key: readonly string[]): Theirs {
  return key.length > 0 ? theirs : { ...theirs, matches: theirs.matches.map((match) => ({ ...match, key })) };
}

describe('the death of a rule in ElastAlert', () => {
  const own = rule('spike_aggregation', { timeframe: { minutes: 2 } });
  const before = found(['pad', 5]);

  it('explains what it would have found from then on', () => {
    expect(numbers(own, [life(['pad'], 5, 8), life(['pad'], 30, 33)], died(20, 'TypeError: None', before))).toEqual([18]);
  });

  it('and what it was about to find', () => {
    expect(numbers(own, [life(['pad'], 5, 8), life(['pad'], 18, 33)], died(20, 'TypeError: None', before))).toEqual([18]);
  });

  it.each([
    ['vigie found before', [life(['pad'], 5, 8), life(['pad'], 12, 14), life(['pad'], 30, 33)]],
    ['vigie did not find before', [life(['pad'], 30, 33)]],
  ])('explains nothing where it is about what %s', (_what, lives) => {
    expect(numbers(own, lives, died(20, 'TypeError: None', before))).toEqual([null]);
  });
});

describe('documents as vigie reads them', () => {
  const document = { '@timestamp': new Date(START).toISOString(), unix: START / 1_000, unix_ms: START, user: '', tags: ['a', 'b'] };
  const data = { ...PACE, documents: [document], late: [{ arrivesAt: START + MINUTE, document: { ...document, user: 'u1', tags: [] } }] };

  it('have a value of a list each, no empty key, and a text for a time', () => {
    const written = rule('metric_aggregation', {
      query_key: ['tags', 'user'],
      timestamp_field: 'unix',
      timestamp_type: 'unix',
      bucket_interval: { seconds: 30 },
    });
    const { rule: plain, data: read } = asRead(written, data);
    expect(plain).toMatchObject({ query_key: ['tags', 'named_user'], timestamp_field: 'moment', timestamp_type: 'iso' });
    expect(read.documents.map(({ tags, named_user: user, moment }) => [tags, user, moment])).toEqual(
      ['a', 'b'].map((tag) => [tag, undefined, new Date(START).toISOString()]),
    );
    expect(read.late.map(({ document: { tags, named_user: user } }) => [tags, user])).toEqual([[undefined, 'u1']]);
  });

  it('are as many as they were for rules that have nothing to do with lists', () => {
    expect(asRead(rule('frequency', { query_key: 'user' }), data).data.documents).toHaveLength(1);
    expect(asRead(rule('frequency', { query_key: 'tags', use_count_query: true }), data).data.documents).toHaveLength(1);
  });

  it('are looked at without what ElastAlert dies of in a filter', () => {
    const filter = [{ query: { query_string: { query: 'service:mail' } } }, { exists: { field: 'service' } }];
    expect(asRead(rule('new_term', { fields: ['user'], filter }), data).rule['filter']).toEqual([
      { query_string: { query: 'service:mail' } },
      { exists: { field: 'service' } },
    ]);
  });
});
