import type { Clock } from '#kernel/clock.ts';
import type { ServiceFacts } from '#ports/inventory.ts';
import { UNHEALTHY } from '#test/lab/swarm/image.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';

const REGISTRY = 'registry.picasoft.net';

/** What the demo's configuration would say of its services. */
export const DEMO_SERVICES: Readonly<Record<string, Partial<ServiceFacts>>> = {
  postgres: { database: true },
  mariadb: { database: true },
  etherpad: { stackFile: 'pica-etherpad/docker-compose.yml' },
};

const SERVICES = [
  { name: 'traefik', image: 'pica-traefik', tags: ['3.4.1'], replicas: 'global' },
  { name: 'mattermost', image: 'pica-mattermost', tags: ['11.5.2', '11.6.0'], replicas: 1, route: 'team.picasoft.net', port: 8065 },
  {
    name: 'etherpad',
    image: 'pica-etherpad',
    tags: ['1.9.6', '1.9.7', '2.0.0'],
    former: ['1.9.4', '1.9.5'],
    replicas: 2,
    route: 'pad.picasoft.net',
    port: 9001,
    stack: 'pica-etherpad',
  },
  { name: 'wekan', image: 'pica-wekan', tags: ['7.49', '7.51'], replicas: 1, route: 'board.picasoft.net', port: 8080 },
  {
    name: 'mobilizon',
    image: 'pica-mobilizon',
    tags: ['4.1.0', '5.0.0'],
    former: ['4.0.2'],
    replicas: 1,
    route: 'mobilizon.picasoft.net',
    port: 4000,
  },
  { name: 'dokuwiki', image: 'pica-dokuwiki', tags: ['2025-05-14'], replicas: 1, route: 'wiki.picasoft.net', port: 80 },
  { name: 'postgres', image: 'pica-postgres', tags: ['15.8', '15.9'], replicas: 1, constraints: ['node.hostname==pica01'] },
  { name: 'mariadb', image: 'pica-mariadb', tags: ['10.11'], replicas: 1, constraints: ['node.hostname==pica02'] },
] as const;

/** Public names of its services. */
export const DEMO_NAMES: readonly string[] = SERVICES.flatMap((service) => ('route' in service ? [service.route] : []));

/** Picasoft's Swarm, more or less: two nodes, its services, and images to deploy; `wekan 7.50` never gets healthy. */
export function demoSwarm(clock: Clock): MemorySwarm {
  const swarm = new MemorySwarm(clock);
  for (const service of SERVICES) {
    for (const tag of [...('former' in service ? service.former : []), ...service.tags])
      swarm.registry.push(`${REGISTRY}/${service.image}:${tag}`, { stdout: LINES[service.name] ?? ['listening'] });
    swarm.createService({
      name: service.name,
      image: `${REGISTRY}/${service.image}:${service.tags[0]}`,
      replicas: service.replicas,
      ...('stack' in service ? { stack: service.stack } : {}),
      ...('constraints' in service ? { constraints: service.constraints } : {}),
      labels:
        'route' in service
          ? {
              [`traefik.http.routers.${service.name}.rule`]: `Host(\`${service.route}\`)`,
              [`traefik.http.routers.${service.name}.entrypoints`]: 'websecure',
              [`traefik.http.services.${service.name}.loadbalancer.server.port`]: String(service.port),
            }
          : {},
    });
  }
  swarm.registry.push(`${REGISTRY}/pica-wekan:7.50`, { ...UNHEALTHY, stderr: ['MongoServerSelectionError: connection timed out'] });
  return swarm;
}

const LINES: Readonly<Record<string, readonly string[]>> = {
  etherpad: ['[INFO] settings - Settings loaded', '[INFO] server - You can access your Etherpad instance at http://0.0.0.0:9001/'],
  mattermost: ['{"level":"info","msg":"Server is listening on [::]:8065"}'],
};
