import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';

const START = Date.UTC(2026, 0, 10, 12);
/** What a look may add to vigie's memory, MB. */
const ROOM = 100;
let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

interface Body {
  readonly size?: number;
  readonly _source?: unknown;
  readonly query?: { readonly bool?: { readonly filter?: readonly { readonly range?: Record<string, { gt: string; lte: string }> }[] } };
  readonly sort?: readonly unknown[];
  readonly aggs?: Record<string, unknown>;
}

/** An Elasticsearch of `count` documents, one a millisecond, each with a text of so many letters. */
async function clusterOf(count: number, letters: number): Promise<string> {
  const message = 'x'.repeat(letters);
  const answer = ({ size = 0, _source: wanted, query, aggs = {}, sort }: Body): string => {
    const range = query?.bool?.filter?.[0]?.range?.['@timestamp'];
    const from = range === undefined ? 0 : Math.max(0, Date.parse(range.gt) - START);
    const to = range === undefined ? count : Math.min(count, Date.parse(range.lte) - START);
    const total = Math.max(0, to - from);
    const isNewest = JSON.stringify(sort ?? []).includes('desc');
    const hits = Array.from({ length: Math.min(size, total) }, (_, index) => {
      const at = isNewest ? to - index : from + index + 1;
      const source = { '@timestamp': new Date(START + at).toISOString(), message };
      return {
        _id: `document-with-a-long-id-${at}`,
        _index: 'logs-2026.01.10',
        ...(wanted === false ? {} : { _source: source }),
        sort: [START + at, at],
      };
    });
    const values = { doc_count: total, value: START + to, buckets: [{ doc_count: 0 }, { doc_count: total }] };
    const aggregations = Object.fromEntries(Object.keys(aggs).map((name) => [name, values]));
    const shards = { total: 1, successful: 1 };
    return JSON.stringify({ status: 200, _shards: shards, hits: { total: { value: total }, hits }, aggregations });
  };
  server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
      response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
      if (!request.url?.startsWith('/_msearch')) return response.end('{}');
      const bodies = text
        .trim()
        .split('\n')
        .filter((_, index) => index % 2 === 1);
      return response.end(`{"responses":[${bodies.map((line) => answer(JSON.parse(line))).join(',')}]}`);
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

async function looked(url: string, kind: string): Promise<{ readonly grown: number; readonly found: unknown; readonly counted: number }> {
  const script = join(import.meta.dirname, 'large-look-child.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, url, kind], { timeout: 100_000 });
  return JSON.parse(stdout);
}

describe('one look', () => {
  it('at 400,000 matching documents stays below +100 MB, and finds what there is', { timeout: 120_000 }, async () => {
    const { grown, found, counted } = await looked(await clusterOf(400_000, 10), 'any');
    expect(grown).toBeLessThan(ROOM);
    expect(found).toBeGreaterThan(0);
    expect(counted).toBe(400_000);
  });

  it('of a rule that counts windows does too', { timeout: 120_000 }, async () => {
    const { grown, found } = await looked(await clusterOf(400_000, 10), 'frequency');
    expect(grown).toBeLessThan(ROOM);
    expect(found).toBeGreaterThan(0);
  });

  it('at as many as it may read does too', { timeout: 120_000 }, async () => {
    const { grown, found, counted } = await looked(await clusterOf(24_000, 10), 'any');
    expect(grown).toBeLessThan(ROOM);
    expect([found, counted]).toEqual([24_000, 0]);
  });

  it('at documents of 900 kB each is answered in parts', { timeout: 120_000 }, async () => {
    const { grown, found } = await looked(await clusterOf(60, 900_000), 'any');
    expect(found).toBe(60);
    expect(grown).toBeLessThan(1.5 * ROOM);
  });
});
