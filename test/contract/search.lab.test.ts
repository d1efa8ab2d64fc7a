import { systemClock } from '#kernel/clock.ts';
import { MemorySearch } from '#test/lab/search/memory-search.ts';
import { searchContract } from './search.contract.ts';

searchContract('in memory', async () => {
  const search = new MemorySearch(systemClock);
  const unreachable = new MemorySearch(systemClock, 'nowhere');
  unreachable.faults.all('unreachable');
  return {
    search,
    unreachable,
    version: '9.5.3',
    createIndex: async (name) => void search.createIndex(name),
    index: async (name, documents) => {
      for (const { id, document } of documents) search.index(name, document, id);
    },
    block: async (name, setting) => search.blockIndex(name, setting),
    close: () => search.close(),
  };
});
