import { z } from 'zod';
import { systemClock, type Clock } from '#kernel/clock.ts';
import type { Remote } from '#ports/remote.ts';
import type { ClusterInfo, Search } from '#ports/search.ts';
import type { SearchAuth } from './address.ts';
import { Cluster } from './cluster.ts';
import { strangeAnswer } from './failures.ts';
import { fieldKinds } from './field-kinds.ts';
import { multiSearch } from './multi-search.ts';
import { BatchSize } from './batch-size.ts';
import { sourceIndices } from './source-indices.ts';
import { writeBlocks } from './write-blocks.ts';

export interface SearchOptions {
  /** The cluster's name in the configuration. */
  readonly cluster: string;
  /** `http://host:9200` or `https://…`, of one node or of several; all of one kind. */
  readonly urls: readonly string[];
  /** PEM: the only authority whose certificates are accepted. */
  readonly ca?: string | undefined;
  readonly auth?: SearchAuth | undefined;
  /** Connections are opened from there, and `urls` are as seen from there. */
  readonly remote?: Remote | undefined;
  /** For each request, its whole answer included; 10 s by default. */
  readonly timeoutMs?: number;
  readonly clock?: Pick<Clock, 'now'>;
}

const DEFAULT_TIMEOUT_MS = 10_000;

const root = z.looseObject({ version: z.looseObject({ number: z.string() }) });
const health = z.looseObject({ status: z.enum(['green', 'yellow', 'red']) });

/**
 * An Elasticsearch cluster from 7.17 on. Nothing is opened before the first request. Closing it leaves a `remote` that was handed
 * in open: it belongs to whoever made it.
 * @throws TypeError for addresses that aren't all http: or all https:
 */
export function connectSearch({
  cluster: name,
  urls,
  ca,
  auth,
  remote,
  timeoutMs = DEFAULT_TIMEOUT_MS,
  clock = systemClock,
}: SearchOptions): Search {
  const protocols = new Set(urls.map((url) => new URL(url).protocol));
  if (protocols.size !== 1) throw new TypeError(`${name}: give addresses that are all http: or all https:`);
  const cluster = new Cluster(name, { urls, ca: ca ?? null, auth: auth ?? null, remote: remote ?? null }, timeoutMs);
  const batch = new BatchSize(timeoutMs, clock);
  return {
    cluster: name,
    get atOnce() {
      return batch.atOnce;
    },
    multi: (requests, signal) => batch.keeping(requests.length, () => multiSearch(cluster, requests, signal)),
    fields: (index, pattern, signal) => fieldKinds(cluster, index, pattern, signal),
    sources: (index, signal) => sourceIndices(cluster, index, signal),
    blocks: (index, signal) => writeBlocks(cluster, index, signal),
    info: (signal) => infoOf(cluster, signal),
    close: () => cluster.close(),
  };
}

async function infoOf(cluster: Cluster, signal: AbortSignal | undefined): Promise<ClusterInfo> {
  const read = async <T>(path: string, filter: string, shape: z.ZodType<T>): Promise<T> => {
    const { json } = await cluster.ask({ method: 'GET', path, querystring: { filter_path: filter } }, signal);
    const { data } = shape.safeParse(json);
    if (data === undefined) throw strangeAnswer(cluster.name);
    return data;
  };
  const { version } = await read('/', 'version.number', root);
  const { status } = await read('/_cluster/health', 'status', health);
  return { version: version.number, health: status };
}
