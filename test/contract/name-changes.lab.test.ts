import { MemoryNames } from '#test/lab/network/memory-names.ts';
import { nameChangesContract } from './name-changes.contract.ts';

nameChangesContract(async () => {
  const names = new MemoryNames('lab.test');
  return {
    names,
    name: 'team.lab.test',
    set: async (addresses) => names.set('team.lab.test', addresses),
    close: async () => undefined,
  };
});
