import type { Search } from '#ports/search.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';

type ClusterConfig = Config['elasticsearch'][string];

/**
 * The Elasticsearch clusters of the configuration by name, in its order; null where it has none. Each is first called when it is first asked something;
 * the client is loaded only then.
 */
export async function connectConfiguredSearch(config: Config['elasticsearch']): Promise<ReadonlyMap<string, Search> | null> {
  if (Object.keys(config).length === 0) return null;
  const clusters = await Promise.all(Object.entries(config).map(async ([name, each]) => [name, await connectCluster(name, each)] as const));
  return new Map(clusters);
}

async function connectCluster(cluster: string, config: ClusterConfig): Promise<Search> {
  const { connectSearch } = await import('#adapters/elasticsearch/connect-search.ts');
  const remote = config.ssh === undefined ? undefined : await connectConfiguredRemote(config.ssh);
  const { url, ca, timeout } = config;
  const search = connectSearch({ cluster, urls: [url], ca, auth: authOf(config), remote, timeoutMs: durationMs(timeout) });
  return {
    ...search,
    async close() {
      await search.close();
      await remote?.close();
    },
  };
}

function authOf({ api_key: apiKey, username, password }: ClusterConfig) {
  if (apiKey !== undefined) return { apiKey };
  return username === undefined || password === undefined ? undefined : { username, password };
}
