import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { systemClock } from '#kernel/clock.ts';
import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import type { SearchOutcome } from '#ports/search.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';

/**
 * The lab's Elasticsearch over HTTP, in a process of its own: whoever is measured shares neither memory nor CPU with it. `POST /documents`
 * takes lines of `{index, document}`, `GET /counted` tells how many requests came in, and how many bytes went out.
 */
const search = new MemorySearch(systemClock);
const counted = { requests: 0, sent: 0 };
const server = createServer((request, response) => void receive(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}\n`);
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const bytes = await buffer(request);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  const { pathname } = new URL(request.url ?? '/', 'http://search');
  const own = ownAnswer(pathname, text);
  const answer = JSON.stringify(own ?? (await answerTo(decodeURIComponent(pathname), text)));
  if (own === null) {
    counted.requests += 1;
    counted.sent += answer.length;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  response.end(answer);
}

function ownAnswer(path: string, text: string): Json | null {
  if (path === '/counted') return { ...counted };
  if (path !== '/documents') return null;
  for (const { index, document = null } of linesOf(text)) if (isJsonObject(document)) search.index(String(index), document);
  return {};
}

async function answerTo(path: string, text: string): Promise<Json> {
  const [, first = '', second = '', third = ''] = path.split('/');
  if (first === '_msearch') return { responses: await searched(linesOf(text)) };
  if (first === '_resolve') return { indices: (await search.sources(third)).map(({ name }) => ({ name, attributes: ['open'] })) };
  if (first === '_cluster' && second === 'health') {
    const indices = await search.sources(third === '' ? '*' : third);
    return { status: 'green', indices: Object.fromEntries(indices.map(({ name }) => [name, { status: 'green' }])) };
  }
  if (second === '_field_caps') {
    const kinds = await search.fields(first, '*');
    return {
      fields: Object.fromEntries([...kinds].map(([name, type]) => [name, { [type]: { type, metadata_field: false, aggregatable: true } }])),
    };
  }
  return {};
}

async function searched(lines: readonly JsonObject[]): Promise<readonly JsonObject[]> {
  const requests = lines.flatMap((body, number) => (number % 2 === 0 ? [] : [{ index: String(lines[number - 1]?.['index']), body }]));
  return (await search.multi(requests)).map(responseOf);
}

function responseOf(outcome: SearchOutcome): JsonObject {
  if (!outcome.ok) return { status: 400, error: { type: 'x', reason: JSON.stringify(outcome.problem) } };
  const { total, hits, aggregations, shards = 1 } = outcome;
  const listed = hits.map(({ id, index, source, sort, fields }) => ({
    _id: id,
    _index: index,
    _source: source,
    sort,
    ...(fields === undefined ? {} : { fields }),
  }));
  return {
    status: 200,
    timed_out: false,
    _shards: { total: shards, successful: shards },
    hits: { total: { value: total, relation: 'eq' }, hits: listed },
    aggregations,
  };
}

function linesOf(text: string): readonly JsonObject[] {
  return text
    .trim()
    .split('\n')
    .map((line): Json => JSON.parse(line))
    .filter(isJsonObject);
}
