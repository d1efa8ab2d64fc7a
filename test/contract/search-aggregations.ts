import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { timeOf } from './search-documents.ts';
import type { SearchScene } from './search-scene.ts';

const STATUS = 'http.response.status_code';
const CPU = 'system.cpu.total.norm.pct';

/** The buckets of an aggregation. */
function bucketsOf(aggregation: JsonObject): readonly JsonObject[] {
  const { buckets } = aggregation;
  if (!Array.isArray(buckets)) throw new Error(`no buckets in ${JSON.stringify(aggregation)}`);
  return (buckets as readonly Json[]).filter(isJsonObject);
}

const counts = (aggregation: JsonObject): readonly (readonly [Json | undefined, Json | undefined])[] =>
  bucketsOf(aggregation).map(({ key, doc_count: count }) => [key, count]);

/** What aggregations compute. */
export function aggregationCases({ aggregation, found, refusal }: SearchScene): void {
  describe('terms', () => {
    it('come with the fullest first, then by name', async () => {
      expect(counts(await aggregation('contract-logs', { terms: { field: 'log.level' } }))).toEqual([
        ['info', 24],
        ['error', 12],
        ['warning', 12],
      ]);
    });

    it('count a document once for each of its values', async () => {
      expect(counts(await aggregation('contract-odd', { terms: { field: 'n', size: 20 } }, { ids: { values: ['list', 'huge'] } }))).toEqual(
        [
          [3, 1],
          [4, 1],
          [5, 1],
        ],
      );
      expect(
        counts(await aggregation('contract-odd', { terms: { field: 'word' } }, { ids: { values: ['list', 'millis', 'huge'] } })),
      ).toEqual([
        ['a', 2],
        ['z', 1],
      ]);
    });

    it('show truth and dates as numbers with their text', async () => {
      expect(bucketsOf(await aggregation('contract-logs', { terms: { field: 'slow' } }))).toEqual([
        { key: 0, key_as_string: 'false', doc_count: 36 },
        { key: 1, key_as_string: 'true', doc_count: 12 },
      ]);
      expect(bucketsOf(await aggregation('contract-logs', { terms: { field: '@timestamp', size: 1, order: { _key: 'asc' } } }))).toEqual([
        { key: Date.parse(timeOf(0)), key_as_string: timeOf(0), doc_count: 1 },
      ]);
    });

    it('are as many as asked for, the rest is summed up', async () => {
      const result = await aggregation('contract-logs', { terms: { field: STATUS, size: 2 } });
      expect(counts(result)).toEqual([
        [200, 20],
        [404, 10],
      ]);
      expect(result['sum_other_doc_count']).toBe(18);
    });

    it('are ordered by their key, their count or what is below them', async () => {
      const keys = async (order: Json, below: JsonObject = {}): Promise<readonly (Json | undefined)[]> =>
        bucketsOf(await aggregation('contract-logs', { terms: { field: 'host.name', order }, aggs: below })).map(({ key }) => key);
      expect(await keys({ _key: 'desc' })).toEqual(['pica02', 'pica01', 'monitoring']);
      expect(await keys({ _count: 'asc' })).toEqual(['monitoring', 'pica01', 'pica02']);
      expect(await keys({ cpu: 'desc' }, { cpu: { max: { field: CPU } } })).toEqual(['monitoring', 'pica02', 'pica01']);
      expect(await keys({ 'all.min': 'asc' }, { all: { stats: { field: CPU } } })).toEqual(['pica02', 'monitoring', 'pica01']);
      expect(await keys([{ _count: 'desc' }, { _key: 'desc' }])).toEqual(['pica02', 'pica01', 'monitoring']);
    });

    it('leave out the thin ones, and know the empty ones', async () => {
      const only = { term: { 'log.level': 'error' } };
      expect(counts(await aggregation('contract-logs', { terms: { field: STATUS, min_doc_count: 3 } }, only))).toEqual([
        [200, 4],
        [404, 3],
        [500, 3],
      ]);
      expect(counts(await aggregation('contract-logs', { terms: { field: 'log.level', min_doc_count: 0 } }, only))).toEqual([
        ['error', 12],
        ['info', 0],
        ['warning', 0],
      ]);
    });

    it('keep or drop keys by value and by pattern', async () => {
      const keys = async (options: JsonObject): Promise<readonly (Json | undefined)[]> =>
        bucketsOf(await aggregation('contract-logs', { terms: { field: 'host.name', order: { _key: 'asc' }, ...options } })).map(
          ({ key }) => key,
        );
      expect(await keys({ include: 'pica.*' })).toEqual(['pica01', 'pica02']);
      expect(await keys({ include: 'pica' })).toEqual([]);
      expect(await keys({ exclude: ['pica01'] })).toEqual(['monitoring', 'pica02']);
      expect(await keys({ include: 'pica.*', exclude: '.*2' })).toEqual(['pica01']);
    });

    it('stand for a missing value on request', async () => {
      expect(counts(await aggregation('contract-logs', { terms: { field: 'user.name', missing: 'nobody' } }))).toEqual([
        ['nobody', 47],
        ['Élodie', 1],
      ]);
    });

    it('are none for a field that does not exist', async () => {
      expect(bucketsOf(await aggregation('contract-logs', { terms: { field: 'no.such' } }))).toEqual([]);
    });

    it('are refused over a text, and with a size of nothing', async () => {
      expect((await refusal('contract-logs', { aggs: { x: { terms: { field: 'message' } } } }))['reason']).toMatch(/fielddata/iu);
      expect((await refusal('contract-logs', { aggs: { x: { terms: { field: 'host.name', size: 0 } } } }))['status']).toBe(400);
      expect(
        (await refusal('contract-logs', { aggs: { x: { terms: { field: 'host.name', order: { nothing: 'asc' } } } } }))['status'],
      ).toBe(400);
    });
  });

  describe('aggregations below others', () => {
    it('look at the documents of their bucket', async () => {
      const result = await aggregation('contract-logs', {
        terms: { field: 'host.name', order: { _key: 'asc' } },
        aggs: { levels: { terms: { field: 'log.level' } }, load: { max: { field: CPU } } },
      });
      expect(
        bucketsOf(result).map(({ key, load, levels }) => [key, load, levels !== undefined && isJsonObject(levels) ? counts(levels) : null]),
      ).toEqual([
        [
          'monitoring',
          { value: 0.47 },
          [
            ['info', 8],
            ['error', 4],
            ['warning', 4],
          ],
        ],
        [
          'pica01',
          { value: 0.42 },
          [
            ['info', 8],
            ['error', 4],
            ['warning', 4],
          ],
        ],
        [
          'pica02',
          { value: 0.46 },
          [
            ['info', 8],
            ['error', 4],
            ['warning', 4],
          ],
        ],
      ]);
    });

    it('show the documents on top', async () => {
      const result = await aggregation('contract-logs', {
        terms: { field: 'host.name', order: { _key: 'asc' }, size: 1 },
        aggs: { last: { top_hits: { size: 1, sort: [{ '@timestamp': 'desc' }], _source: ['log.level'] } } },
      });
      expect(bucketsOf(result)[0]?.['last']).toMatchObject({
        hits: {
          total: { value: 16 },
          hits: [{ _id: 'doc-47', _index: 'contract-logs', _source: { log: { level: 'error' } }, sort: [Date.parse(timeOf(47))] }],
        },
      });
    });

    it('may carry a note of their own', async () => {
      expect(await aggregation('contract-logs', { avg: { field: STATUS }, meta: { rule: 'x' } })).toMatchObject({
        meta: { rule: 'x' },
        value: expect.any(Number),
      });
    });
  });

  describe('histograms over time', () => {
    const over = (options: JsonObject, query?: JsonObject): Promise<JsonObject> =>
      aggregation('contract-logs', { date_histogram: { field: '@timestamp', ...options } }, query);

    it('have a bucket an interval', async () => {
      expect(bucketsOf(await over({ fixed_interval: '1d' }))).toEqual([
        { key: Date.UTC(2026, 10, 1), key_as_string: '2026-11-01T00:00:00.000Z', doc_count: 24 },
        { key: Date.UTC(2026, 10, 2), key_as_string: '2026-11-02T00:00:00.000Z', doc_count: 24 },
      ]);
      expect(counts(await over({ fixed_interval: '12h' })).map(([, count]) => count)).toEqual([12, 12, 12, 12]);
    });

    it('fill gaps with empty buckets, unless told not to', async () => {
      const query = { terms: { _id: ['doc-01', 'doc-04'] } };
      expect(counts(await over({ fixed_interval: '1h' }, query)).map(([, count]) => count)).toEqual([1, 0, 0, 1]);
      expect(counts(await over({ fixed_interval: '1h', min_doc_count: 1 }, query)).map(([, count]) => count)).toEqual([1, 1]);
    });

    it('reach as far as their bounds', async () => {
      const query = { ids: { values: ['doc-04'] } };
      const bounds = { min: timeOf(2), max: Date.parse(timeOf(5)) };
      expect(counts(await over({ fixed_interval: '1h', extended_bounds: bounds }, query))).toEqual([
        [Date.parse(timeOf(2)), 0],
        [Date.parse(timeOf(3)), 0],
        [Date.parse(timeOf(4)), 1],
        [Date.parse(timeOf(5)), 0],
      ]);
      expect(counts(await over({ fixed_interval: '1h', extended_bounds: bounds }, { match_none: {} }))).toHaveLength(4);
    });

    it('begin where the offset says', async () => {
      expect(counts(await over({ fixed_interval: '1d', offset: '+6h' }))).toEqual([
        [Date.UTC(2026, 9, 31, 6), 6],
        [Date.UTC(2026, 10, 1, 6), 24],
        [Date.UTC(2026, 10, 2, 6), 18],
      ]);
      expect(counts(await over({ fixed_interval: '1d', offset: '-1h' }))[0]).toEqual([Date.UTC(2026, 9, 31, 23), 23]);
    });

    it('count days of the calendar in a zone', async () => {
      expect(bucketsOf(await over({ calendar_interval: 'day', time_zone: 'Europe/Paris' }))).toEqual([
        { key: Date.UTC(2026, 9, 31, 23), key_as_string: '2026-11-01T00:00:00.000+01:00', doc_count: 23 },
        { key: Date.UTC(2026, 10, 1, 23), key_as_string: '2026-11-02T00:00:00.000+01:00', doc_count: 24 },
        { key: Date.UTC(2026, 10, 2, 23), key_as_string: '2026-11-03T00:00:00.000+01:00', doc_count: 1 },
      ]);
    });

    it('know that a day may have 25 hours', async () => {
      const days = { date_histogram: { field: '@timestamp', calendar_interval: '1d', time_zone: 'Europe/Paris' } };
      expect(counts(await aggregation('contract-clocks', days))).toEqual([
        [Date.UTC(2026, 9, 23, 22), 4],
        [Date.UTC(2026, 9, 24, 22), 100],
        [Date.UTC(2026, 9, 25, 23), 8],
      ]);
      const hours = { date_histogram: { field: '@timestamp', calendar_interval: 'hour', time_zone: 'Europe/Paris' } };
      expect(counts(await aggregation('contract-clocks', hours)).every(([, count]) => count === 4)).toBe(true);
    });

    it('count weeks from Monday, months and quarters', async () => {
      expect(counts(await over({ calendar_interval: 'week' }))).toEqual([
        [Date.UTC(2026, 9, 26), 24],
        [Date.UTC(2026, 10, 2), 24],
      ]);
      expect(counts(await over({ calendar_interval: '1M' }))).toEqual([[Date.UTC(2026, 10, 1), 48]]);
      expect(counts(await over({ calendar_interval: 'quarter' }))).toEqual([[Date.UTC(2026, 9, 1), 48]]);
      expect(counts(await over({ calendar_interval: 'year' }))).toEqual([[Date.UTC(2026, 0, 1), 48]]);
    });

    it('print their keys as asked, and may be named by them', async () => {
      const { buckets } = await over({ fixed_interval: '1d', format: 'yyyy-MM-dd', keyed: true });
      expect(buckets).toEqual({
        '2026-11-01': { key: Date.UTC(2026, 10, 1), key_as_string: '2026-11-01', doc_count: 24 },
        '2026-11-02': { key: Date.UTC(2026, 10, 2), key_as_string: '2026-11-02', doc_count: 24 },
      });
    });

    it('can be turned round', async () => {
      expect(counts(await over({ fixed_interval: '1d', order: { _key: 'desc' } })).map(([key]) => key)).toEqual([
        Date.UTC(2026, 10, 2),
        Date.UTC(2026, 10, 1),
      ]);
    });

    it('are empty over nothing', async () => {
      expect(bucketsOf(await over({ fixed_interval: '1h' }, { match_none: {} }))).toEqual([]);
    });

    it('are refused without an interval, or with one that is none', async () => {
      const refused = async (options: JsonObject): Promise<unknown> =>
        (await refusal('contract-logs', { aggs: { x: { date_histogram: { field: '@timestamp', ...options } } } }))['status'];
      expect(await refused({})).toBe(400);
      expect(await refused({ fixed_interval: '1M' })).toBe(400);
      expect(await refused({ calendar_interval: '2d' })).toBe(400);
      expect(await refused({ fixed_interval: 'often' })).toBe(400);
    });
  });

  describe('buckets', () => {
    it('of a histogram stand at multiples of the interval', async () => {
      expect(counts(await aggregation('contract-logs', { histogram: { field: STATUS, interval: 100 } }))).toEqual([
        [200, 20],
        [300, 0],
        [400, 10],
        [500, 18],
      ]);
      expect(
        counts(await aggregation('contract-logs', { histogram: { field: STATUS, interval: 100, min_doc_count: 11, offset: 50 } })),
      ).toEqual([
        [150, 20],
        [450, 18],
      ]);
    });

    it('of a range take the lower bound and not the upper', async () => {
      const ranges = [{ to: 404 }, { from: 404, to: 500 }, { from: 500, key: 'bad' }];
      expect(bucketsOf(await aggregation('contract-logs', { range: { field: STATUS, ranges } }))).toEqual([
        { key: '*-404.0', to: 404, doc_count: 20 },
        { key: '404.0-500.0', from: 404, to: 500, doc_count: 10 },
        { key: 'bad', from: 500, doc_count: 18 },
      ]);
    });

    it('of a range over time read dates as queries do', async () => {
      const ranges = [{ to: '2026-11-02||-6h' }, { from: '2026-11-02' }];
      expect(bucketsOf(await aggregation('contract-logs', { date_range: { field: '@timestamp', ranges } }))).toEqual([
        { key: '*-2026-11-01T18:00:00.000Z', to: Date.UTC(2026, 10, 1, 18), to_as_string: '2026-11-01T18:00:00.000Z', doc_count: 18 },
        { key: '2026-11-02T00:00:00.000Z-*', from: Date.UTC(2026, 10, 2), from_as_string: '2026-11-02T00:00:00.000Z', doc_count: 24 },
      ]);
    });

    it('of one filter or of several hold what matches', async () => {
      const error = { term: { 'log.level': 'error' } };
      const slow = { term: { slow: true } };
      expect(await aggregation('contract-logs', { filter: error, aggs: { hosts: { cardinality: { field: 'host.name' } } } })).toEqual({
        doc_count: 12,
        hosts: { value: 3 },
      });
      expect(await aggregation('contract-logs', { filters: { filters: { slow, error }, other_bucket_key: 'rest' } })).toEqual({
        buckets: { error: { doc_count: 12 }, slow: { doc_count: 12 }, rest: { doc_count: 24 } },
      });
      expect(await aggregation('contract-logs', { filters: { filters: [slow, error] } })).toEqual({
        buckets: [{ doc_count: 12 }, { doc_count: 12 }],
      });
    });

    it('of what is missing hold the documents without a value', async () => {
      expect(await aggregation('contract-logs', { missing: { field: CPU } })).toEqual({ doc_count: 10 });
      expect(await aggregation('contract-logs', { missing: { field: 'no.such' } })).toEqual({ doc_count: 48 });
    });

    it('of everything disregard the query', async () => {
      expect(
        await aggregation('contract-logs', { global: {}, aggs: { n: { value_count: { field: 'slow' } } } }, { match_none: {} }),
      ).toEqual({ doc_count: 48, n: { value: 48 } });
    });
  });

  describe('composite aggregations', () => {
    const sources: Json = [
      { host: { terms: { field: 'host.name' } } },
      { day: { date_histogram: { field: '@timestamp', calendar_interval: 'day' } } },
    ];

    it('have a bucket for each combination, in order', async () => {
      const result = await aggregation('contract-logs', { composite: { size: 100, sources }, aggs: { load: { max: { field: CPU } } } });
      expect(bucketsOf(result).map(({ key, doc_count: count }) => [key, count])).toEqual([
        [{ host: 'monitoring', day: Date.UTC(2026, 10, 1) }, 8],
        [{ host: 'monitoring', day: Date.UTC(2026, 10, 2) }, 8],
        [{ host: 'pica01', day: Date.UTC(2026, 10, 1) }, 8],
        [{ host: 'pica01', day: Date.UTC(2026, 10, 2) }, 8],
        [{ host: 'pica02', day: Date.UTC(2026, 10, 1) }, 8],
        [{ host: 'pica02', day: Date.UTC(2026, 10, 2) }, 8],
      ]);
      expect(result['after_key']).toEqual({ host: 'pica02', day: Date.UTC(2026, 10, 2) });
      expect(bucketsOf(result)[0]?.['load']).toEqual({ value: 0.23 });
    });

    it('are paged through to the end', async () => {
      const seen: Json[] = [];
      let after: Json | undefined;
      let pages = 0;
      for (; pages < 20; pages += 1) {
        const composite = { size: 4, sources, ...(after === undefined ? {} : { after }) };
        const result = await aggregation('contract-logs', { composite });
        seen.push(...bucketsOf(result).map(({ key }) => key ?? null));
        after = result['after_key'];
        if (after === undefined) break;
      }
      expect(pages).toBe(2);
      expect(seen).toHaveLength(6);
      expect(new Set(seen.map((key) => JSON.stringify(key))).size).toBe(6);
    });

    it('leave out documents that lack a value, unless asked for them', async () => {
      const result = async (options: JsonObject): Promise<readonly unknown[]> =>
        bucketsOf(
          await aggregation('contract-logs', { composite: { sources: [{ user: { terms: { field: 'user.name', ...options } } }] } }),
        ).map(({ key, doc_count: count }) => [key, count]);
      expect(await result({})).toEqual([[{ user: 'Élodie' }, 1]]);
      expect(await result({ missing_bucket: true })).toEqual([
        [{ user: null }, 47],
        [{ user: 'Élodie' }, 1],
      ]);
    });

    it('go backwards, by numbers too', async () => {
      const backwards: Json = [{ status: { terms: { field: STATUS, order: 'desc' } } }];
      const first = await aggregation('contract-logs', { composite: { size: 2, sources: backwards } });
      expect(bucketsOf(first).map(({ key }) => key)).toEqual([{ status: 503 }, { status: 500 }]);
      const rest = await aggregation('contract-logs', { composite: { size: 2, sources: backwards, after: first['after_key'] ?? null } });
      expect(bucketsOf(rest).map(({ key }) => key)).toEqual([{ status: 404 }, { status: 200 }]);
    });

    it('are empty over nothing, and say no key to go on from', async () => {
      expect(await aggregation('contract-logs', { composite: { sources } }, { match_none: {} })).toEqual({ buckets: [] });
    });
  });

  describe('metrics', () => {
    const metric = (kind: string, options: JsonObject = {}, query?: JsonObject): Promise<JsonObject> =>
      aggregation('contract-logs', { [kind]: { field: STATUS, ...options } }, query);
    const none = { match_none: {} };

    it('compute over all values', async () => {
      expect(await metric('min')).toEqual({ value: 200 });
      expect(await metric('max')).toEqual({ value: 503 });
      expect(await metric('sum')).toEqual({ value: 20 * 200 + 10 * 404 + 9 * 500 + 9 * 503 });
      expect(await metric('avg', {}, { ids: { values: ['doc-02', 'doc-03'] } })).toEqual({ value: 452 });
      expect(await metric('value_count', { field: 'tags' })).toEqual({ value: 64 });
      expect(await metric('cardinality')).toEqual({ value: 4 });
      expect(await metric('cardinality', { field: 'tags' })).toEqual({ value: 3 });
    });

    it('are null over nothing, but for what is counted', async () => {
      for (const kind of ['min', 'max', 'avg']) expect(await metric(kind, {}, none)).toEqual({ value: null });
      for (const kind of ['sum', 'value_count', 'cardinality']) expect(await metric(kind, {}, none)).toEqual({ value: 0 });
      expect(await metric('avg', { field: 'no.such' })).toEqual({ value: null });
      expect(await metric('stats', {}, none)).toMatchObject({ count: 0, min: null, max: null, avg: null });
    });

    it('take a value for what is missing', async () => {
      expect(await metric('min', { field: CPU, missing: -1 })).toEqual({ value: -1 });
      expect(await metric('value_count', { field: CPU, missing: 0 })).toEqual({ value: 48 });
    });

    it('show dates as numbers with their text', async () => {
      expect(await metric('max', { field: '@timestamp' })).toEqual({ value: Date.parse(timeOf(47)), value_as_string: timeOf(47) });
      expect(await metric('min', { field: '@timestamp', format: 'yyyy-MM-dd' })).toEqual({
        value: Date.parse(timeOf(0)),
        value_as_string: '2026-11-01',
      });
    });

    it('come together as statistics', async () => {
      const some = { ids: { values: ['doc-01', 'doc-02', 'doc-03'] } };
      expect(await metric('stats', {}, some)).toEqual({ count: 3, min: 200, max: 500, avg: 368, sum: 1104 });
      const {
        variance,
        std_deviation: deviation,
        std_deviation_sampling: sampling,
        std_deviation_bounds: bounds,
      } = await metric('extended_stats', {}, some);
      expect(variance).toBeCloseTo(15_648, 6);
      expect(deviation).toBeCloseTo(125.0919, 3);
      expect(sampling).toBeCloseTo(153.2057, 3);
      expect(bounds).toMatchObject({ upper: expect.closeTo(618.1839, 3), lower: expect.closeTo(117.8161, 3) });
    });

    it('give percentiles, named or listed', async () => {
      const named = await metric('percentiles', { field: CPU, percents: [50, 99.9] });
      expect(Object.keys(named['values'] ?? {})).toEqual(['50.0', '99.9']);
      expect(named['values']).toMatchObject({ '50.0': expect.closeTo(0.24, 1), '99.9': expect.closeTo(0.47, 2) });
      expect(await metric('percentiles', { percents: [0, 100], keyed: false })).toMatchObject({
        values: [
          { key: 0, value: 200 },
          { key: 100, value: 503 },
        ],
      });
      expect(await metric('percentiles', { percents: [95] }, none)).toEqual({ values: { '95.0': null } });
    });

    it('are refused over words', async () => {
      expect((await refusal('contract-logs', { aggs: { x: { avg: { field: 'host.name' } } } }))['status']).toBe(400);
      expect((await refusal('contract-logs', { aggs: { x: { avg: {} } } }))['status']).toBe(400);
    });
  });

  it('can be computed over the buckets of their siblings', async () => {
    const { aggregations } = await found('contract-logs', {
      size: 0,
      aggs: {
        hosts: { terms: { field: 'host.name' }, aggs: { load: { max: { field: CPU } } } },
        most: { max_bucket: { buckets_path: 'hosts>load' } },
        count: { sum_bucket: { buckets_path: 'hosts>_count' } },
        mean: { avg_bucket: { buckets_path: 'hosts>load' } },
      },
    });
    expect(aggregations).toMatchObject({
      most: { value: 0.47, keys: ['monitoring'] },
      count: { value: 48 },
      mean: { value: expect.closeTo(0.45, 6) },
    });
  });
}
