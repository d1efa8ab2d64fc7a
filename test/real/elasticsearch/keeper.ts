import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { inject } from 'vitest';
import { z } from 'zod';
import type { Json } from '#kernel/json.ts';
import { call } from './bulk.ts';
import { startElasticsearch, VERSIONS, type Elasticsearch, type ElasticsearchVersion } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the keeper of this run answers. */
    readonly elasticsearchKeeper: string;
  }
}

/** What bursts need. */
const HEAP_MB = 1_024;

/** Keeps one server of each version that was asked for: to start one takes longer than most files of tests, which use it one after the other. */
export interface Keeper {
  readonly url: string;
  stop(): Promise<void>;
}

/** In the process that outlives all files. */
export async function startKeeper(): Promise<Keeper> {
  const servers = new Map<ElasticsearchVersion, Promise<Elasticsearch>>();
  const answer = async (path: string | undefined, response: ServerResponse): Promise<void> => {
    const version = VERSIONS.find((each) => `/${each}` === path);
    if (version === undefined) throw new Error(`no such version: ${path}`);
    const server = servers.get(version) ?? startElasticsearch({ version, heapMb: HEAP_MB });
    servers.set(version, server);
    // One that didn't come up is tried anew by whoever asks next.
    server.catch(() => servers.delete(version));
    const { url, pid } = await server;
    response.end(JSON.stringify({ url, pid }));
  };
  const http = createServer((request, response) => {
    answer(request.url, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  http.requestTimeout = 0;
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`,
    async stop() {
      http.closeAllConnections();
      http.close();
      await Promise.allSettled([...servers.values()].map(async (server) => (await server).stop()));
    },
  };
}

const kept = z.object({ url: z.string(), pid: z.int() });

/** A server of this version, empty; it isn't stopped, but left to whoever comes next. @throws Error when it doesn't come up */
export async function borrowElasticsearch(version: ElasticsearchVersion): Promise<Elasticsearch> {
  const answer = await fetch(`${inject('elasticsearchKeeper')}/${version}`);
  if (!answer.ok) throw new Error(await answer.text());
  const { url, pid } = kept.parse(await answer.json());
  await clear(url);
  return { url, version, pid, stop: () => clear(url) };
}

/** Nothing of what was there: neither indices nor templates nor settings. */
async function clear(url: string): Promise<void> {
  const settings = { persistent: { '*': null }, transient: { '*': null } };
  await call(url, 'PUT', '/_cluster/settings', settings);
  for (const name of namesIn(await call(url, 'GET', '/_resolve/index/*?expand_wildcards=all'), 'data_streams'))
    await call(url, 'DELETE', `/_data_stream/${name}`);
  for (const name of namesIn(await call(url, 'GET', '/_resolve/index/*?expand_wildcards=all'), 'indices'))
    await call(url, 'DELETE', `/${name}`);
  // Those that the tests make; 404 where they didn't.
  for (const name of ['lab', 'beats']) await fetch(`${url}/_index_template/${name}`, { method: 'DELETE' });
}

function namesIn(resolved: Json, kind: 'indices' | 'data_streams'): readonly string[] {
  const named = z.array(z.object({ name: z.string() }));
  return (z.looseObject({ [kind]: named }).parse(resolved)[kind] ?? []).map(({ name }) => name);
}
