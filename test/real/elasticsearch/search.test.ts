import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import { searchContract } from '#test/contract/search.contract.ts';
import { borrowElasticsearch } from './keeper.ts';
import { searchLab } from './search-lab.ts';
import { VERSIONS } from './server.ts';

// One after the other: each takes its part of the machine's memory.
for (const version of VERSIONS)
  searchContract(`Elasticsearch ${version}`, async () => {
    const server = await borrowElasticsearch(version);
    return searchLab(server, connectSearch({ cluster: 'real', urls: [server.url] }), () => server.stop());
  });
