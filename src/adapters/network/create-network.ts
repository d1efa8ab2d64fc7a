import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { KnownAddress, Network } from '#ports/network.ts';
import { addressesOf } from './addresses.ts';
import { forwardsOf, landingOf } from './forwards.ts';
import type { NetworkMachine } from './machine.ts';
import { dropAddress, movesByItself, pingsFrom, takeAddress } from './move.ts';

/** Addresses of machines, asked with their own commands. */
export function createNetwork(machines: readonly NetworkMachine[], known: readonly KnownAddress[]): Network {
  const called = (word: string): NetworkMachine => {
    const found = byName(machines, word, ({ name, aliases }) => [name, ...aliases]);
    if (found !== undefined) return found;
    const names = machines.map(({ name }) => name);
    throw new VigieError('host_unknown', { host: word, nearest: nearest(word, names), known: names });
  };
  return {
    known: () => known,
    machines: () => machines.map(({ name }) => name),
    hypervisors: () => machines.filter(({ hypervisor }) => hypervisor).map(({ name }) => name),
    addresses: async (machine, signal) => await addressesOf(called(machine), signal),
    forwards: async (machine, signal) => await forwardsOf(called(machine), signal),
    landing: async (machine, forward, signal) => await landingOf(called(machine), forward, signal),
    pings: async (machine, address, signal) => await pingsFrom(called(machine), address, signal),
    movesByItself: async (machine, signal) => await movesByItself(called(machine), signal),
    take: async (machine, address, interfaceName, signal) =>
      await takeAddress(called(machine), { address, interface: interfaceName }, signal),
    drop: async (machine, address, signal) => await dropAddress(called(machine), address, signal),
  };
}
