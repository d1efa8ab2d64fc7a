import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import type { Hit } from '#ports/search.ts';
import { CHANGE_OF_CLOCKS, LOGS, ODD, timeOf } from './search-documents.ts';
import { aggregationCases } from './search-aggregations.ts';
import { queryCases } from './search-queries.ts';
import { sceneOf, type SearchLab, type SearchScene } from './search-scene.ts';

/** What every implementation of the port `Search` does, the lab's and the real one. */
export function searchContract(name: string, make: () => Promise<SearchLab>): void {
  describe(`a search: ${name}`, () => {
    let lab: SearchLab;
    beforeAll(async () => {
      lab = await make();
      await lab.index('contract-logs', LOGS);
      await lab.index('contract-odd', ODD);
      await lab.index('contract-clocks', CHANGE_OF_CLOCKS);
      await lab.createIndex('contract-empty');
    });
    afterAll(async () => {
      await lab?.close();
    });

    const scene = sceneOf(() => lab);
    multiCases(scene);
    hitCases(scene);
    queryCases(scene);
    aggregationCases(scene);
    clusterCases(scene);
  });
}

const idsOf = (hits: readonly Hit[]): readonly string[] => hits.map(({ id }) => id);
const byTime: JsonObject = { sort: [{ '@timestamp': 'asc' }] };

function multiCases({ lab, found, refusal }: SearchScene): void {
  describe('several searches at once', () => {
    const count = (query: JsonObject): JsonObject => ({ size: 0, query });

    it('are answered in their order', async () => {
      const hosts = ['monitoring', 'pica01', 'nobody', 'pica02'];
      const outcomes = await lab().search.multi(
        hosts.map((host) => ({ index: 'contract-logs', body: { size: 1, query: { term: { 'host.name': host } }, ...byTime } })),
      );
      expect(outcomes.map((outcome) => outcome.ok && [outcome.total, ...idsOf(outcome.hits)])).toEqual([
        [16, 'doc-02'],
        [16, 'doc-00'],
        [0],
        [16, 'doc-01'],
      ]);
    });

    it('are none for none', async () => {
      expect(await lab().search.multi([])).toEqual([]);
    });

    it('fail by themselves', async () => {
      const outcomes = await lab().search.multi([
        { index: 'contract-logs', body: count({ term: { 'host.name': 'pica01' } }) },
        { index: 'contract-logs', body: count({ no_such_query: { a: 1 } }) },
        { index: 'contract-logs', body: count({ range: { '@timestamp': { gte: 'yesterday-ish' } } }) },
        { index: 'contract-logs', body: count({ term: { 'host.name': 'pica02' } }) },
      ]);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, false, true]);
      expect(outcomes.map((outcome) => (outcome.ok ? outcome.total : outcome.problem.code))).toEqual([
        16,
        'search_refused',
        'search_refused',
        16,
      ]);
    });

    it('say why one was refused, and by whom', async () => {
      expect(await refusal('contract-logs', count({ no_such_query: { a: 1 } }))).toMatchObject({
        cluster: lab().search.cluster,
        status: 400,
        reason: expect.stringContaining('no_such_query'),
      });
      expect(await refusal('contract-logs', count({ range: { '@timestamp': { gte: 'yesterday-ish' } } }))).toMatchObject({
        status: 400,
        reason: expect.stringContaining('yesterday-ish'),
      });
    });

    it('refuse a body that is none', async () => {
      expect((await refusal('contract-logs', { no_such_key: 1 }))['reason']).toContain('no_such_key');
      expect((await refusal('contract-logs', { aggs: { x: { no_such_aggregation: {} } } }))['reason']).toContain('no_such_aggregation');
    });

    it('find nothing in an index that does not exist', async () => {
      expect(await found('contract-absent', { aggs: { x: { terms: { field: 'host.name' } } } })).toMatchObject({
        ok: true,
        total: 0,
        hits: [],
      });
      expect(await found('absent-*', {})).toMatchObject({ ok: true, total: 0, hits: [] });
    });

    it('find nothing in an empty index, whose aggregations are empty', async () => {
      const { total, hits, aggregations } = await found('contract-empty', {
        aggs: { hosts: { terms: { field: 'host.name' } }, load: { avg: { field: 'load' } }, sum: { sum: { field: 'load' } } },
      });
      expect({ total, hits, aggregations }).toMatchObject({
        total: 0,
        hits: [],
        aggregations: { hosts: { buckets: [] }, load: { value: null }, sum: { value: 0 } },
      });
    });

    it('look into all indices of a pattern and of a list', async () => {
      const total = async (index: string): Promise<number> => (await found(index, { size: 0 })).total;
      expect(await total('contract-*')).toBe(LOGS.length + ODD.length + CHANGE_OF_CLOCKS.length);
      expect(await total('contract-logs,contract-odd')).toBe(LOGS.length + ODD.length);
      expect(await total('contract-lo*,contract-absent,contract-od*')).toBe(LOGS.length + ODD.length);
      expect(await total('contract-*,-contract-clocks')).toBe(LOGS.length + ODD.length);
    });

    it('see a document that has come, and one that has changed', async () => {
      await lab().index('contract-changing', [{ id: 'one', document: { state: 'up' } }]);
      expect((await found('contract-changing', {})).hits).toMatchObject([
        { id: 'one', index: 'contract-changing', source: { state: 'up' }, sort: [] },
      ]);
      await lab().index('contract-changing', [{ id: 'one', document: { state: 'down' } }]);
      expect((await found('contract-changing', {})).hits).toMatchObject([{ id: 'one', source: { state: 'down' } }]);
    });

    it("give up with the signal's own reason", async () => {
      const reason = new Error('enough');
      await expect(lab().search.multi([{ index: 'contract-logs', body: {} }], AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}

function hitCases({ found, refusal }: SearchScene): void {
  describe('hits', () => {
    it('are ten unless more are asked for', async () => {
      expect((await found('contract-logs', {})).hits).toHaveLength(10);
      expect((await found('contract-logs', { size: 48 })).hits).toHaveLength(48);
      expect((await found('contract-logs', { size: 0 })).hits).toEqual([]);
    });

    it('are counted exactly, or as far as asked', async () => {
      expect((await found('contract-logs', { size: 0 })).total).toBe(48);
      expect((await found('contract-logs', { size: 0, track_total_hits: 7 })).total).toBe(7);
      expect((await found('contract-logs', { size: 0, track_total_hits: 1000 })).total).toBe(48);
      expect((await found('contract-logs', { size: 3, track_total_hits: false })).total).toBe(3);
    });

    it('carry their index, their document and the values they are sorted by', async () => {
      const { hits } = await found('contract-logs', { size: 1, ...byTime });
      expect(hits).toEqual([{ id: 'doc-00', index: 'contract-logs', source: LOGS[0]?.document, sort: [Date.parse(timeOf(0))] }]);
    });

    it('are sorted by several fields, in either direction', async () => {
      const { hits } = await found('contract-logs', { size: 3, sort: [{ 'host.name': { order: 'desc' } }, { '@timestamp': 'desc' }] });
      expect(hits.map(({ id, sort }) => [id, ...sort])).toEqual([
        ['doc-46', 'pica02', Date.parse(timeOf(46))],
        ['doc-43', 'pica02', Date.parse(timeOf(43))],
        ['doc-40', 'pica02', Date.parse(timeOf(40))],
      ]);
    });

    it('without a value come last, whatever the direction, or first on request', async () => {
      const first = async (options: JsonObject): Promise<readonly string[]> =>
        idsOf((await found('contract-logs', { size: 48, sort: [{ 'system.cpu.total.norm.pct': options }, { '@timestamp': 'asc' }] })).hits);
      expect((await first({ order: 'asc' })).slice(0, 2)).toEqual(['doc-01', 'doc-02']);
      expect((await first({ order: 'asc' })).slice(-1)).toEqual(['doc-45']);
      expect((await first({ order: 'desc' })).slice(0, 1)).toEqual(['doc-47']);
      expect((await first({ order: 'desc' })).slice(-1)).toEqual(['doc-45']);
      expect((await first({ order: 'asc', missing: '_first' })).slice(0, 2)).toEqual(['doc-00', 'doc-05']);
    });

    it('with several values are sorted by the least, or by the greatest', async () => {
      const order = async (direction: string): Promise<readonly string[]> =>
        idsOf((await found('contract-odd', { size: 9, query: { range: { n: { gte: 2, lte: 6 } } }, sort: [{ n: direction }] })).hits);
      expect(await order('asc')).toEqual(['offset', 'list', 'huge', 'signs']);
      expect(await order('desc')).toEqual(['signs', 'huge', 'list', 'offset']);
    });

    it('can be paged through to the end, ties included', async () => {
      const sort: JsonObject = { sort: [{ 'log.level': 'asc' }, { '@timestamp': 'desc' }] };
      const seen: string[] = [];
      let after: readonly Json[] | undefined;
      for (let page = 0; page < 20; page += 1) {
        const { hits } = await found('contract-logs', { size: 5, ...sort, ...(after === undefined ? {} : { search_after: after }) });
        if (hits.length === 0) break;
        seen.push(...idsOf(hits));
        after = hits.at(-1)?.sort;
      }
      const { hits: all } = await found('contract-logs', { size: 48, ...sort });
      expect(seen).toEqual(idsOf(all));
      expect(new Set(seen).size).toBe(48);
    });

    it('begin further behind with `from`', async () => {
      expect(idsOf((await found('contract-logs', { from: 46, size: 10, ...byTime })).hits)).toEqual(['doc-46', 'doc-47']);
    });

    it('are refused beyond the window, and when sorted by what has no order', async () => {
      expect((await refusal('contract-logs', { size: 10_001 }))['reason']).toContain('Result window is too large');
      expect((await refusal('contract-logs', { from: 9_999, size: 2 }))['reason']).toContain('Result window is too large');
      expect((await refusal('contract-logs', { sort: ['no.such.field'] }))['reason']).toContain('No mapping found for [no.such.field]');
      expect((await refusal('contract-logs', { sort: ['message'] }))['reason']).toMatch(/fielddata/iu);
    });

    it('may be sorted by a field that does not exist, if the search says its type', async () => {
      const { hits } = await found('contract-logs', {
        size: 2,
        sort: [{ 'no.such.field': { order: 'asc', unmapped_type: 'long' } }, { '@timestamp': 'asc' }],
      });
      expect(idsOf(hits)).toEqual(['doc-00', 'doc-01']);
    });

    it('show only the fields that are asked for', async () => {
      const source = async (index: string, id: string, wanted: Json): Promise<JsonObject | undefined> =>
        (await found(index, { query: { ids: { values: [id] } }, _source: wanted })).hits[0]?.source;
      expect(await source('contract-logs', 'doc-01', false)).toEqual({});
      expect(await source('contract-logs', 'doc-01', ['host.name', 'no.such'])).toEqual({ host: { name: 'pica02' } });
      expect(await source('contract-logs', 'doc-01', 'http')).toEqual({ http: { response: { status_code: 200 } } });
      expect(await source('contract-logs', 'doc-01', ['*.level', 'slow'])).toEqual({ log: { level: 'info' }, slow: false });
      expect(await source('contract-logs', 'doc-07', ['host.name'])).toEqual({ 'host.name': 'pica02' });
      expect(await source('contract-logs', 'doc-01', { includes: ['h*'], excludes: ['http.response'] })).toMatchObject({
        host: { name: 'pica02' },
      });
      expect(await source('contract-odd', 'list', ['deep.x'])).toEqual({ deep: [{ x: 'one' }, { x: 'two' }] });
    });

    it('show null and empty lists as they were sent', async () => {
      const { hits } = await found('contract-odd', { query: { ids: { values: ['empty'] } } });
      expect(hits[0]?.source).toEqual({ '@timestamp': '2026-11-03T00:00:00Z', n: [], word: null });
    });

    it('that a post filter leaves out count in aggregations alone', async () => {
      const { total, aggregations } = await found('contract-logs', {
        size: 0,
        post_filter: { term: { 'host.name': 'pica01' } },
        aggs: { hosts: { cardinality: { field: 'host.name' } } },
      });
      expect({ total, aggregations }).toEqual({ total: 16, aggregations: { hosts: { value: 3 } } });
    });
  });
}

function clusterCases({ lab }: SearchScene): void {
  describe('the cluster', () => {
    it('says its version and its health', async () => {
      const { version, health } = await lab().search.info();
      expect(version).toBe(lab().version);
      expect(health).toMatch(/^(?:green|yellow)$/u);
    });

    it('names the fields of an index with their kinds', async () => {
      const fields = await lab().search.fields('contract-logs', '*');
      expect(Object.fromEntries(fields)).toEqual({
        '@timestamp': 'date',
        'host.name': 'keyword',
        'http.response.status_code': 'double',
        'log.level': 'keyword',
        message: 'text',
        'message.keyword': 'keyword',
        slow: 'boolean',
        'system.cpu.total.norm.pct': 'double',
        tags: 'keyword',
        'user.name': 'keyword',
      });
    });

    it('names those that match a pattern, over several indices', async () => {
      expect([...(await lab().search.fields('contract-*', '*.name')).keys()].sort()).toEqual(['host.name', 'user.name']);
      expect([...(await lab().search.fields('contract-logs', 'host.name'))]).toEqual([['host.name', 'keyword']]);
      expect((await lab().search.fields('contract-logs', 'nothing*')).size).toBe(0);
      expect((await lab().search.fields('contract-absent', '*')).size).toBe(0);
    });

    it('calls a field mixed that is one thing in an index and something else in another', async () => {
      await lab().index('odd-1', [{ id: 'n', document: { '@timestamp': '2026-11-02T12:00:00Z', odd: 5, even: 2 } }]);
      await lab().index('odd-2', [{ id: 't', document: { '@timestamp': '2026-11-02T12:00:00Z', odd: 'five', even: 4.5 } }]);
      const both = await lab().search.fields('odd-*', 'odd,even');
      expect([both.get('odd'), both.get('even')]).toEqual(['mixed', expect.stringMatching(/^(?:double|float)$/u)]);
      expect((await lab().search.fields('odd-1', 'odd')).get('odd')).toMatch(/^(?:double|long)$/u);
    });

    it('says which indices stand behind a pattern, a list and a name, and that none do', async () => {
      await lab().createIndex('behind-1');
      await lab().createIndex('behind-2');
      const names = async (index: string) => (await lab().search.sources(index)).map(({ name, state }) => `${name} ${state}`).toSorted();
      expect(await names('behind-*')).toEqual(['behind-1 open', 'behind-2 open']);
      expect(await names('behind-1,absent-1')).toEqual(['behind-1 open']);
      expect([await names('absent-1'), await names('absent-*')]).toEqual([[], []]);
      const [both, none] = await lab().search.multi(['behind-*', 'absent-*'].map((index) => ({ index, body: { size: 0 } })));
      expect([both?.ok === true && both.shards, none?.ok === true && none.shards]).toEqual([2, 0]);
    });

    it('says which indices take no documents, and by which setting', async () => {
      await lab().createIndex('blocked-1');
      await lab().createIndex('blocked-2');
      const blocks = async (index: string) => [...(await lab().search.blocks(index))];
      expect([await blocks('blocked-*'), await blocks('absent-1'), await blocks('absent-*')]).toEqual([[], [], []]);
      for (const setting of ['index.blocks.write', 'index.blocks.read_only', 'index.blocks.read_only_allow_delete'] as const) {
        await lab().block('blocked-1', setting);
        expect([await blocks('blocked-*'), await blocks('blocked-2,blocked-1')]).toEqual([
          [['blocked-1', setting]],
          [['blocked-1', setting]],
        ]);
        await lab().block('blocked-1', null);
        expect(await blocks('blocked-*')).toEqual([]);
      }
    });

    it('gives the columns of documents, and makes those that it is told to make', async () => {
      await lab().index('contract-columns', [
        { id: 'a', document: { '@timestamp': '2026-11-02T12:00:00Z', tags: ['b', 'a', 'b'], message: 'all is well' } },
      ]);
      const [found] = await lab().search.multi([
        {
          index: 'contract-columns',
          body: {
            runtime_mappings: { message: { type: 'keyword' } },
            docvalue_fields: ['tags', 'message', 'nothing', { field: '@timestamp', format: 'epoch_millis' }],
            aggs: { words: { terms: { field: 'message' } } },
          },
        },
      ]);
      expect(found).toMatchObject({
        hits: [{ fields: { tags: ['a', 'b'], message: ['all is well'], '@timestamp': [String(Date.UTC(2026, 10, 2, 12))] } }],
        aggregations: { words: { buckets: [{ key: 'all is well', doc_count: 1 }] } },
      });
    });

    it('that does not answer is named, with the reason', async () => {
      const { unreachable } = lab();
      const asked = [() => unreachable.multi([{ index: 'x', body: {} }]), () => unreachable.fields('x', '*'), () => unreachable.info()];
      for (const ask of asked) {
        const thrown: unknown = await ask().catch((error: unknown) => error);
        expect(thrown).toBeInstanceOf(VigieError);
        expect(thrown).toMatchObject({
          code: 'search_unreachable',
          params: { cluster: unreachable.cluster, host: expect.any(String), reason: expect.stringContaining('ECONNREFUSED') },
        });
      }
    });
  });
}
