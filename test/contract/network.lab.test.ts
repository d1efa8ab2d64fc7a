import { MemoryNetwork } from '#test/lab/network/memory-network.ts';
import { networkContract } from './network.contract.ts';

networkContract('in memory', async () => {
  const network = new MemoryNetwork();
  const half = new MemoryNetwork();
  half.away.add('pica02');
  return {
    network,
    half,
    hold: async (machine, address) => network.hold(machine, address),
    letGo: async (machine, address) => network.letGo(machine, address),
    async strangerHolds(address) {
      network.stranger = { address, mac: '02:00:00:00:00:99' };
      return '02:00:00:00:00:99';
    },
    strangerLeaves: async () => void (network.stranger = null),
    keeper: async (machine, runs) => void (runs ? network.keepers.add(machine) : network.keepers.delete(machine)),
    close: () => Promise.resolve(),
  };
});
