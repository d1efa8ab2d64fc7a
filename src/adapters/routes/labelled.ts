import { exposureOf, networkOf } from '#domain/routes/labels.ts';
import type { RoutedService } from '#domain/routes/served.ts';
import type { ServiceView, SwarmReader } from '#ports/swarm.ts';

/** What of a Swarm routes are read from. */
export type LabelSource = Pick<SwarmReader, 'services' | 'networks'>;

/** Services that ask Traefik for something, and Traefik itself where it runs there. */
export async function labelledServices(swarm: LabelSource, signal?: AbortSignal): Promise<readonly RoutedService[]> {
  const [services, networks] = await Promise.all([swarm.services(signal), swarm.networks(signal)]);
  const nameOf = new Map(networks.map(({ id, name }) => [id, name]));
  return services
    .map((service) =>
      routed(
        service,
        service.networks.map((id) => nameOf.get(id) ?? id),
      ),
    )
    .filter(({ routers, proxy }) => proxy || routers.length > 0);
}

function routed(service: ServiceView, networks: readonly string[]): RoutedService {
  const { name, replicas, running, labels, routes, image } = service;
  return {
    name,
    replicas,
    running,
    exposure: exposureOf(labels),
    routers: routes,
    network: networkOf(labels),
    networks,
    proxy: /(?:^|[/-])traefik$/u.test(image.repository),
  };
}
