import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import type { SearchOutcome, SearchRequest } from '#ports/search.ts';
import { call } from './bulk.ts';
import { at, LOOKED_AT, LookingScene } from './looking.ts';

const MAPPINGS = { properties: { '@timestamp': { type: 'date' }, host: { type: 'keyword' }, pct: { type: 'double' } } };
const KEYS = 20_000;

describe.each(LOOKED_AT)('what is more than Elasticsearch %s has memory for', (version) => {
  let scene: LookingScene;
  beforeAll(async () => {
    scene = await LookingScene.open(version);
    const documents = Array.from({ length: KEYS }, (_, index) => ({ '@timestamp': at(index / KEYS), host: `h${index}`, pct: 0.5 }));
    await scene.filled('mem-large', MAPPINGS, documents, { number_of_shards: 3 });
    await scene.filled('mem-small', MAPPINGS, [{ '@timestamp': at(0.5), host: 'h0', pct: 0.5 }]);
  });
  afterEach(() => limit({}));
  afterAll(() => scene?.close());

  const limit = async (limits: JsonObject): Promise<void> => {
    const none = {
      'indices.breaker.request.limit': null,
      'indices.breaker.total.limit': null,
      'network.breaker.inflight_requests.limit': null,
    };
    await call(scene.server.url, 'PUT', '/_cluster/settings', { persistent: { ...none, ...limits } });
  };
  /** Of each key apart, how many values it has: that is held in memory. */
  const counting = (index: string, from = 0, to = 1): SearchRequest => ({
    index,
    body: {
      size: 0,
      query: { range: { '@timestamp': { gt: at(from), lte: at(to) } } },
      aggs: { keys: { terms: { field: 'host', size: KEYS }, aggs: { values: { cardinality: { field: 'pct' } } } } },
    },
  });
  const said = (outcome: SearchOutcome | undefined): string =>
    outcome?.ok === false ? `${outcome.problem.code}: ${String(outcome.problem.params['reason'])}` : 'found';

  it('is refused as too large, on all shards or on some, while of less time it is found', async () => {
    await limit({ 'indices.breaker.request.limit': '512kb' });
    const alone = async (asked: SearchRequest): Promise<string> => said((await scene.search.multi([asked]))[0]);
    // Shards share the limit: which of them find room depends on which of them count at the same time.
    expect(await alone(counting('mem-large'))).toMatch(/^search_too_large: (?:\d of 3 shards failed: )?\[request\] Data too large/u);
    expect(await alone(counting('mem-*'))).toMatch(/^search_too_large: (?:\d of 4 shards failed: )?\[request\] Data too large/u);
    expect(await alone(counting('mem-large', 0, 0.001))).toBe('found');
  });

  it('is asked in pieces where it is the request itself', async () => {
    await limit({ 'network.breaker.inflight_requests.limit': '4kb' });
    const outcomes = await scene.search.multi(Array.from({ length: 40 }, () => counting('mem-small')));
    expect(outcomes.map(said)).toEqual(Array.from({ length: 40 }, () => 'found'));
  });

  it('is no answer to anybody where the node has no memory left at all', async () => {
    await limit({ 'indices.breaker.total.limit': '1%' });
    await expect(scene.search.multi([counting('mem-small')])).rejects.toMatchObject({ code: 'search_busy' });
  });
});
