import type { Search } from '#ports/search.ts';
import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import type { SearchLab } from '#test/contract/search-scene.ts';
import { LAB_TEMPLATE } from '#test/lab/search/schema.ts';
import { bulk, call } from './bulk.ts';
import type { Elasticsearch } from './server.ts';

/** Nobody listens there: it is tcpmux's, unused for decades. */
const NOWHERE = 'http://127.0.0.1:1';

/** What the contract wants, over a server that has just started. @param stop called at the end */
export async function searchLab({ url, version }: Elasticsearch, search: Search, stop: () => Promise<void>): Promise<SearchLab> {
  await call(url, 'PUT', '/_index_template/lab', { index_patterns: ['contract-*'], template: LAB_TEMPLATE });
  return {
    search,
    version,
    unreachable: connectSearch({ cluster: 'nowhere', urls: [NOWHERE] }),
    createIndex: async (name) => void (await call(url, 'PUT', `/${name}`)),
    async block(name, setting) {
      const lifted = { 'index.blocks.write': null, 'index.blocks.read_only': null, 'index.blocks.read_only_allow_delete': null };
      await call(url, 'PUT', `/${name}/_settings`, setting === null ? lifted : { ...lifted, [setting]: true });
    },
    index: (name, documents) => bulk(url, name, documents),
    async close() {
      await search.close();
      await stop();
    },
  };
}
