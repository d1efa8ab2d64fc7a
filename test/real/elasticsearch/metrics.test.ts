import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRecord, type JsonObject } from '#kernel/json.ts';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { createMetrics } from '#pipeline/clients/metrics.ts';
import type { Search } from '#ports/search.ts';
import { beatsDocuments } from '#test/lab/search/beats-documents.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { LAB_TEMPLATE } from '#test/lab/search/schema.ts';
import { bulk, call } from './bulk.ts';
import { borrowElasticsearch } from './keeper.ts';
import { VERSIONS, type Elasticsearch } from './server.ts';

const END = Date.parse('2026-11-24T09:17:03Z');
const DAY_MS = 86_400_000;
const METRICS = 'metricbeat-8.x';
const LOGS = 'filebeat-8.x';

/** Counters of two interfaces and a service's two tasks: what the made documents lack. */
function more(): readonly JsonObject[] {
  return Array.from({ length: 360 }, (_, minute) => {
    const common = { '@timestamp': new Date(END - minute * 60_000).toISOString(), host: { name: 'host-01' } };
    const task = (number: number): JsonObject => ({
      ...common,
      container: { name: `pad.${number}.x`, labels: { com_docker_swarm_service_name: 'pad' } },
      docker: { cpu: { total: { norm: { pct: 0.1 * number } } }, memory: { usage: { total: number * 1e8 } } },
    });
    const bytes = (400 - minute) * 6_000_000;
    const network = (name: string): JsonObject => ({ ...common, system: { network: { name, in: { bytes }, out: { bytes: 2 * bytes } } } });
    return [network('eth0'), network('veth0a'), task(1), task(2)];
  }).flat();
}

const DOCUMENTS = [...beatsDocuments({ count: 12_000, end: END, spanMs: DAY_MS, hosts: 3 })];
const of = (kind: 'metrics' | 'logs'): readonly JsonObject[] =>
  DOCUMENTS.filter((one) => one.kind === kind).map(({ document }) => document);

function memory(): Search {
  const search = new MemorySearch({ now: () => END });
  for (const document of [...of('metrics'), ...more()]) search.index(METRICS, document);
  for (const document of of('logs')) search.index(LOGS, document);
  return search;
}

describe.each(VERSIONS)('metrics on Elasticsearch %s', (version) => {
  let server: Elasticsearch;
  let search: Search;
  const lab = memory();
  beforeAll(async () => {
    server = await borrowElasticsearch(version);
    await call(server.url, 'PUT', '/_index_template/beats', { index_patterns: [METRICS, LOGS], template: LAB_TEMPLATE });
    await bulk(server.url, METRICS, [...of('metrics'), ...more()]);
    await bulk(server.url, LOGS, of('logs'));
    search = connectSearch({ cluster: 'real', urls: [server.url] });
  });
  afterAll(async () => {
    await search.close();
    await server.stop();
  });
  const read = async (from: Search, text: string) => {
    const metrics = createMetrics({ searches: new Map([['it', from]]), swarm: null, metrics: [], now: () => END });
    const { views } = await metrics.read(text, null, AbortSignal.timeout(30_000));
    // Percentiles of few values are estimates, each version's its own: that of the answers' times has a test below.
    return views.filter(({ chart }) => chart.title.metric !== 'http-p95').map(({ chart: { series }, rows }) => ({ rows, series }));
  };

  it.each([
    'host-01',
    'host-01 host-02 host-03 cpu,load,memory 24h',
    'host-02 disk 24h',
    'host-01 network',
    'host-01 containers 3h',
    'pad 6h',
    'pad host-01 http 24h',
  ])('%s is the same as in memory, and something', async (text) => {
    const real = await read(search, text);
    expect(real).toEqual(near(await read(lab, text)));
    expect(real.some(({ rows }) => JSON.stringify(rows).includes('p95'))).toBe(true);
  });
});

describe.each(VERSIONS)('the time that answers take, on Elasticsearch %s', (version) => {
  let server: Elasticsearch;
  let search: Search;
  beforeAll(async () => {
    server = await borrowElasticsearch(version);
    await call(server.url, 'PUT', '/_index_template/beats', { index_patterns: [METRICS, LOGS], template: LAB_TEMPLATE });
    // Twenty answers a minute, all alike, slow for an hour and a half; and one without a time.
    const answers = Array.from({ length: 300 }, (_, minute) =>
      Array.from({ length: 20 }, () => ({
        '@timestamp': new Date(END - minute * 60_000 - 1_000).toISOString(),
        host: { name: 'host-01' },
        service: { name: 'steady' },
        http: { response: { status_code: 200 } },
        event: { duration: (minute < 90 ? 2_000 : 40) * 1_000_000 },
      })),
    ).flat();
    await bulk(server.url, LOGS, [...answers, { ...answers[0], event: { dataset: 'x' } }]);
    search = connectSearch({ cluster: 'real', urls: [server.url] });
  });
  afterAll(async () => {
    await search.close();
    await server.stop();
  });

  it('is the percentile in milliseconds, now and before', async () => {
    const metrics = createMetrics({ searches: new Map([['it', search]]), swarm: null, metrics: [], now: () => END });
    const { views } = await metrics.read('steady http 1h', null, AbortSignal.timeout(30_000), 3 * 3_600_000);
    const view = views.find(({ chart }) => chart.title.metric === 'http-p95');
    const valuesOf = (points: readonly (readonly [number, number | null])[] = []) => [...new Set(points.map(([, value]) => value))];
    expect(valuesOf(view?.chart.series[0]?.points)).toEqual([2_000]);
    expect(valuesOf(view?.chart.compared?.series[0]?.points)).toEqual([40]);
    expect(view?.rows[0]).toMatchObject({ statistics: { max: 2_000 }, before: { mean: 40, max: 40 } });
    // The one without a time counts among the requests.
    expect(views[0]?.chart.title.metric).toBe('http');
  });
});

/** Elasticsearch keeps fractions as floats: the last digits differ. */
function near(value: unknown): unknown {
  if (typeof value === 'number') return expect.closeTo(value, Math.abs(value) < 1_000 ? 5 : 0);
  if (Array.isArray(value)) return value.map(near);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, near(each)])) : value;
}
