import { refusing } from '#kernel/refusing.ts';
import type { Network } from '#ports/network.ts';
import { connectConfiguredNetwork } from './network/connect.ts';
import { defineSystem } from './system.ts';

const missing = refusing('network_not_configured');
const NO_NETWORK: Network = {
  known: () => [],
  machines: () => [],
  hypervisors: () => [],
  addresses: missing,
  forwards: missing,
  landing: missing,
  pings: missing,
  movesByItself: missing,
  take: missing,
  drop: missing,
};

/** Addresses of the machines that are reached over SSH. */
export const network = defineSystem({
  missing: NO_NETWORK,
  connect: (config) => connectConfiguredNetwork(config),
  close: (client) => client.close(),
  doctor: async (client, about) => (await import('./network/doctor.ts')).lookAtNetwork(client, about),
  status: async (client, about, signal) => await (await import('./network/status.ts')).networkStatus(client, about, signal),
  async probes(client) {
    const { walkAddresses } = await import('#adapters/probe/addresses.ts');
    return { addresses: (way, deadline) => walkAddresses(way, client, deadline) };
  },
});
