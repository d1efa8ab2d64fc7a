import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { searchContract } from '#test/contract/search.contract.ts';
import { LAB_TEMPLATE } from '#test/lab/search/schema.ts';
import { bulk, call } from './bulk.ts';
import { startElasticsearch, VERSIONS } from './server.ts';

/** Nobody listens there: it is tcpmux's, unused for decades. */
const NOWHERE = 'http://127.0.0.1:1';

for (const version of VERSIONS)
  searchContract(`Elasticsearch ${version}`, async () => {
    const server = await startElasticsearch({ version });
    await call(server.url, 'PUT', '/_index_template/lab', { index_patterns: ['contract-*'], template: LAB_TEMPLATE });
    const search = connectSearch({ cluster: 'real', urls: [server.url] });
    return {
      search,
      version,
      unreachable: connectSearch({ cluster: 'nowhere', urls: [NOWHERE] }),
      createIndex: async (name) => void (await call(server.url, 'PUT', `/${name}`)),
      index: (name, documents) => bulk(server.url, name, documents),
      async close() {
        await search.close();
        await server.stop();
      },
    };
  });
