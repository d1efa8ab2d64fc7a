import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { shippedLogsContract } from './shipped-logs.contract.ts';

shippedLogsContract('in memory', async () => {
  const search = new MemorySearch({ now: () => Date.parse('2026-11-29T03:30:00Z') });
  return {
    search,
    index: async (documents) => {
      for (const document of documents) search.index('filebeat-8.x', document);
    },
    close: () => search.close(),
  };
});
