import { MemoryNames } from '#test/lab/network/memory-names.ts';
import { namesContract } from './names.contract.ts';

namesContract(async () => {
  const names = new MemoryNames('lab.test');
  const servers = ['ns1.lab.test', 'ns2.lab.test'] as const;
  return {
    names,
    zone: 'lab.test',
    servers,
    set: async (name, addresses, which) =>
      names.set(
        name,
        addresses,
        which.map((index) => servers[index] ?? ''),
      ),
    answers: async (index, does) => void (names.copy(servers[index] ?? '').answers = does),
    close: async () => undefined,
  };
});
