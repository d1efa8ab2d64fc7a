import { connectSearch } from '#adapters/elasticsearch/connect-search.ts';
import type { JsonObject } from '#kernel/json.ts';
import { shippedLogsContract } from '#test/contract/shipped-logs.contract.ts';
import { bulk, call } from './bulk.ts';
import { borrowElasticsearch } from './keeper.ts';
import { VERSIONS } from './server.ts';

const INDEX = 'filebeat-8.x';

/** As Filebeat's own template has it; its `match_only_text` of the message is a text that these servers, which have no modules, don't know. */
const TEMPLATE: JsonObject = {
  mappings: {
    dynamic_templates: [{ strings: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: 1024 } } }],
    properties: { '@timestamp': { type: 'date' }, message: { type: 'text' }, log: { properties: { offset: { type: 'long' } } } },
  },
};

for (const version of VERSIONS)
  shippedLogsContract(`Elasticsearch ${version}`, async () => {
    const server = await borrowElasticsearch(version);
    await call(server.url, 'PUT', '/_index_template/shipped', { index_patterns: [INDEX], priority: 20, template: TEMPLATE });
    await call(server.url, 'DELETE', `/${INDEX}?ignore_unavailable=true`);
    const search = connectSearch({ cluster: 'real', urls: [server.url] });
    return {
      search,
      index: (documents) => bulk(server.url, INDEX, documents),
      async close() {
        await call(server.url, 'DELETE', `/${INDEX}?ignore_unavailable=true`);
        await call(server.url, 'DELETE', '/_index_template/shipped');
        await search.close();
        await server.stop();
      },
    };
  });
