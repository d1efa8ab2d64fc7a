import type { RoutedService } from './served.ts';
import type { ServiceFacts } from './way.ts';

/**
 * Whether Traefik can reach a service: on the network that its labels name, or on any that both are on. Null where nobody can tell: no label, and no
 * Traefik in the Swarm.
 */
export function ownNetworkOf({ network, networks }: RoutedService, all: readonly RoutedService[]): ServiceFacts['network'] {
  const proxies = all.filter(({ proxy }) => proxy);
  const reached = proxies.flatMap((proxy) => proxy.networks);
  if (network !== null) {
    if (!networks.includes(network)) return { state: 'detached', name: network };
    return proxies.length > 0 && !reached.includes(network) ? { state: 'absent', name: network } : { state: 'well', name: network };
  }
  // Published on its machines' own network, it is reached without a network of the Swarm.
  if (proxies.length === 0 || reached.length === 0) return null;
  const shared = networks.find((name) => reached.includes(name));
  return shared === undefined ? { state: 'unshared', name: null } : { state: 'well', name: shared };
}
