import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { drawAlert } from '#pipeline/alert/draw.ts';
import { lookAt } from '#pipeline/alert/look.ts';
import type { Search } from '#ports/search.ts';
import { anAlert, rule } from '#test/domain/alert/builders.ts';
import { bulk, call } from './bulk.ts';
import { borrowElasticsearch } from './keeper.ts';
import type { Elasticsearch } from './server.ts';

let server: Elasticsearch;
let search: Search;
beforeAll(async () => {
  server = await borrowElasticsearch('9.5.3');
  search = connectSearch({ cluster: 'main', urls: [server.url] });
});
afterAll(async () => {
  await search?.close();
  await server?.stop();
});

describe('the chart of an alert on a real Elasticsearch', () => {
  it('has its points when the field of the key is text', async () => {
    const mappings = {
      properties: {
        '@timestamp': { type: 'date' },
        machine: { properties: { name: { type: 'text', fields: { keyword: { type: 'keyword' } } } } },
      },
    };
    await call(server.url, 'PUT', '/machines', { mappings });
    const now = Date.now();
    const document = { '@timestamp': new Date(now - 1_000).toISOString(), machine: { name: 'Pica-01' }, used: 0.75 };
    await bulk(server.url, 'machines', [document, { ...document, machine: { name: 'other' }, used: 0.5 }]);
    const { kind } = rule();
    if (kind.type !== 'metric_aggregation') throw new TypeError('another kind of rule is built');
    const used = { ...kind, metric: { ...kind.metric, field: 'used' } };
    const watching = rule({ index: 'machines', filter: [], queryKey: ['machine.name'], kind: used });
    const [looked] = await lookAt([{ rule: watching, memory: null, span: { from: now - 60_000, to: now }, open: [] }], search);
    if (looked?.ok !== true) throw new Error(JSON.stringify(looked));
    const alert = anAlert({ startedAt: now, key: { 'machine.name': 'Pica-01' } });
    const chart = await drawAlert(new Map([['main', search]]), { rule: watching, alert, memory: looked.look.memory }, now);
    expect(chart?.series[0]?.points.flatMap(([, value]) => value ?? [])).toEqual([0.75]);
  });
});
