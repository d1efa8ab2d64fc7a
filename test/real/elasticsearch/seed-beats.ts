import { parseArgs } from 'node:util';
import type { JsonObject } from '#kernel/json.ts';
import { beatsDocuments } from '#test/lab/search/beats-documents.ts';
import { LAB_TEMPLATE } from '#test/lab/search/schema.ts';
import { bulkUnseen, call } from './bulk.ts';

// Fills an Elasticsearch with documents as Metricbeat and Filebeat write them: see beats-documents.ts.
//
//   node test/real/elasticsearch/seed-beats.ts [--url http://127.0.0.1:9200] [--count 200000] [--minutes 1440] [--end ISO_TIME]
//                                              [--hosts 8] [--share 0.5] [--seed 1] [--append]

const INDICES = { metrics: 'metricbeat-8.x', logs: 'filebeat-8.x' } as const;
/** So many documents are made and sent at a time. */
const BATCH = 4_000;

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://127.0.0.1:9200' },
    count: { type: 'string', default: '200000' },
    minutes: { type: 'string', default: '1440' },
    end: { type: 'string', default: new Date().toISOString() },
    hosts: { type: 'string', default: '8' },
    share: { type: 'string', default: '0.5' },
    seed: { type: 'string', default: '1' },
    append: { type: 'boolean', default: false },
  },
});

const { url } = values;
await call(url, 'PUT', '/_index_template/beats-lab', { index_patterns: Object.values(INDICES), priority: 10, template: LAB_TEMPLATE });
if (!values.append) await call(url, 'DELETE', `/${Object.values(INDICES).join(',')}?ignore_unavailable=true`);

const started = Date.now();
const waiting: Record<keyof typeof INDICES, JsonObject[]> = { metrics: [], logs: [] };
let sending: Promise<void> = Promise.resolve();
const send = async (kind: keyof typeof INDICES): Promise<void> => {
  const documents = waiting[kind];
  waiting[kind] = [];
  // The next ones are made while these are stored.
  await sending;
  sending = bulkUnseen(url, INDICES[kind], documents);
};
const options = { count: Number(values.count), end: Date.parse(values.end), spanMs: Number(values.minutes) * 60_000 };
for (const { kind, document } of beatsDocuments({
  ...options,
  hosts: Number(values.hosts),
  share: Number(values.share),
  seed: Number(values.seed),
})) {
  if (waiting[kind].push(document) === BATCH) await send(kind);
}
await send('metrics');
await send('logs');
await sending;
await call(url, 'POST', `/${Object.values(INDICES).join(',')}/_refresh?ignore_unavailable=true`);
console.log(`${values.count} documents in ${Math.round((Date.now() - started) / 1_000)} s`);
