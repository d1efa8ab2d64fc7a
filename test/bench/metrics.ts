import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { createMetrics } from '#pipeline/clients/metrics.ts';
import { call } from '#test/real/elasticsearch/bulk.ts';
import { startElasticsearch } from '#test/real/elasticsearch/server.ts';
import { floorOf, quantile, type Row } from './table.ts';

const DOCUMENTS = 200_000;
const TIMES = 60;
/** As people ask; the seeded day has eight hosts. */
const ASKED = ['host-01', 'host-02 disk 24h', 'host-01 host-02 host-03 cpu,load 6h', 'pad http 24h'] as const;

/** `metrics` on a real Elasticsearch with a day of Beats' documents, from the words to the figures; drawing is a row of its own. */
export async function metricRows(): Promise<readonly Row[]> {
  const server = await startElasticsearch();
  try {
    const seed = join(import.meta.dirname, '../real/elasticsearch/seed-beats.ts');
    await promisify(execFile)(process.execPath, [seed, '--url', server.url, '--count', String(DOCUMENTS)]);
    const search = connectSearch({ cluster: 'bench', urls: [server.url] });
    const rows = [];
    const least = quantile(await timesOf(() => call(server.url, 'GET', '/metricbeat-*,filebeat-*/_search?size=0')), 0.5);
    for (const text of ASKED) rows.push(await asked(text, search, least));
    await search.close();
    return rows;
  } finally {
    await server.stop();
  }
}

/** Milliseconds of each of many times. */
async function timesOf(act: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < TIMES; index += 1) {
    const begin = performance.now();
    await act();
    times.push(performance.now() - begin);
  }
  return times;
}

/** @param least milliseconds of a search that asks for nothing */
async function asked(text: string, search: ReturnType<typeof connectSearch>, least: number): Promise<Row> {
  const metrics = createMetrics({ searches: new Map([['bench', search]]), swarm: null, metrics: [], now: () => Date.now() });
  const times = await timesOf(async () => {
    const { views } = await metrics.read(text, null, AbortSignal.timeout(30_000));
    if (views.every(({ rows }) => rows.every(({ statistics }) => statistics === null)))
      throw new Error(`metrics ${text}: nothing was found`);
  });
  const median = quantile(times, 0.5);
  return {
    what: `metrics ${text}, 200,000 documents, median of ${TIMES}`,
    measured: `${median} ms (p95 ${quantile(times, 0.95)} ms)`,
    aim: '< 200 ms',
    ...floorOf(median, least, 'ms', 'a search for nothing'),
  };
}
