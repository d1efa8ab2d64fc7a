import { reduce } from './condition.ts';
import type { Unread } from './rule.ts';
import type { LabelRouter } from './labels.ts';
import type { RoutedService, Routing, ServedRouter, TraefikView } from './served.ts';

/** Something about a route that isn't as it should be. */
export type RouteFinding = { readonly service: string | null; readonly router: string } & (
  | { readonly kind: 'unread'; readonly rule: string; readonly unread: Unread }
  | { readonly kind: 'no-port' | 'not-exposed' }
  | { readonly kind: 'twice'; readonly host: string; readonly others: readonly string[] }
  | { readonly kind: 'no-task' | 'no-tls'; readonly host: string }
  | { readonly kind: 'not-served' | 'only-served'; readonly host: string; readonly traefik: string }
  | { readonly kind: 'differs'; readonly traefik: string; readonly rule: string; readonly served: string }
  | { readonly kind: 'refused'; readonly traefik: string; readonly reason: string }
  | { readonly kind: 'server-down'; readonly traefik: string; readonly url: string }
);

export interface Labelled {
  readonly service: RoutedService;
  readonly router: LabelRouter;
}

/** Routers that Traefik should serve: those of services that are exposed. */
export function asked({ services, settings }: Pick<Routing, 'services' | 'settings'>): readonly Labelled[] {
  return services
    .filter((service) => isExposed(service, settings))
    .flatMap((service) => service.routers.map((router) => ({ service, router })));
}

function isExposed({ exposure }: RoutedService, { exposedByDefault }: Routing['settings']): boolean {
  return exposure === 'on' || (exposure === 'default' && exposedByDefault);
}

/** What is wrong, by labels alone first, then by what Traefik says that it serves. An API that doesn't answer says nothing. */
export function judgeRoutes(routing: Routing): readonly RouteFinding[] {
  const labelled = asked(routing);
  const views = routing.traefiks.flatMap(({ name, view }) => (view === null ? [] : [{ name, view }]));
  return [
    ...hidden(routing),
    ...labelled.flatMap((each) =>
      ofLabels(
        each,
        routing,
        views.map(({ view }) => view),
      ),
    ),
    ...twice(labelled),
    ...views.flatMap(({ name, view }) => ofTraefik(name, view, labelled)),
  ];
}

/** Labels that ask for a route of a service that isn't exposed. */
function hidden({ services, settings }: Routing): RouteFinding[] {
  return services
    .filter((service) => service.exposure === 'default' && !isExposed(service, settings))
    .flatMap(({ name, routers }) => routers.map((router) => ({ kind: 'not-exposed' as const, service: name, router: router.name })));
}

function ofLabels({ service, router }: Labelled, { settings }: Routing, views: readonly TraefikView[]): RouteFinding[] {
  const about = { service: service.name, router: router.name };
  if (router.unread !== null) return [{ ...about, kind: 'unread', rule: router.rule, unread: router.unread }];
  const found: RouteFinding[] = [];
  if (router.port === null && !router.elsewhere) found.push({ ...about, kind: 'no-port' });
  for (const host of router.hosts) {
    if (service.running === 0 && !router.elsewhere) found.push({ ...about, kind: 'no-task', host });
    if (isPlain({ service, router }, host, settings, views)) found.push({ ...about, kind: 'no-tls', host });
  }
  return found;
}

/** Whether it is known that nothing of the service speaks TLS for this name. */
function isPlain(
  { service, router }: Labelled,
  host: string,
  { tlsEntryPoints }: Routing['settings'],
  views: readonly TraefikView[],
): boolean {
  const served = views.flatMap((view) => view.routers.filter(({ hosts }) => hosts.includes(host)).map(({ tls }) => tls));
  if (served.includes(true)) return false;
  const told = service.routers
    .filter(({ hosts }) => hosts.includes(host))
    .map(({ tls, entryPoints }) => tls || entryPoints.some((name) => tlsEntryPoints.includes(name)));
  if (told.includes(true)) return false;
  return served.includes(false) || router.entryPoints.length > 0;
}

/** Routers of different services that take the same requests: Traefik chooses one of them. */
function twice(labelled: readonly Labelled[]): RouteFinding[] {
  const byRequests = new Map<string, { readonly host: string; readonly all: Labelled[] }>();
  for (const each of labelled) {
    const { condition, hosts, protocol } = each.router;
    if (condition === null) continue;
    for (const host of hosts) {
      const key = JSON.stringify([protocol, host, reduce(condition, { host })]);
      const known = byRequests.get(key) ?? { host, all: [] };
      known.all.push(each);
      byRequests.set(key, known);
    }
  }
  return [...byRequests.values()].flatMap(({ host, all }) => {
    const [first, ...others] = all.filter((each) => all.some((other) => other.service !== each.service && meet(each.router, other.router)));
    if (first === undefined) return [];
    return [{ kind: 'twice' as const, service: first.service.name, router: first.router.name, host, others: others.map(nameOf) }];
  });
}

/** No entry point named stands for the default ones: they may be the same. */
function meet(one: LabelRouter, other: LabelRouter): boolean {
  if (one.entryPoints.length === 0 || other.entryPoints.length === 0) return true;
  return one.entryPoints.some((name) => other.entryPoints.includes(name));
}

function nameOf({ service, router }: Labelled): string {
  return router.name === '' || router.name === service.name ? service.name : `${service.name}/${router.name}`;
}

const FROM_LABELS: ReadonlySet<string> = new Set(['docker', 'swarm']);

function ofTraefik(traefik: string, { routers, generation }: TraefikView, labelled: readonly Labelled[]): RouteFinding[] {
  const readable = labelled.filter(({ router }) => router.condition !== null);
  const served = routers.filter(({ provider }) => FROM_LABELS.has(provider));
  const missing = readable.flatMap(({ service, router }) =>
    router.hosts
      .filter((host) => !routers.some(({ hosts }) => hosts.includes(host)))
      .map((host) => ({ kind: 'not-served' as const, service: service.name, router: router.name, host, traefik })),
  );
  const stale = served.flatMap((router) =>
    router.hosts
      .filter((host) => !labelled.some((each) => each.router.hosts.includes(host)))
      .map((host) => ({ kind: 'only-served' as const, service: null, router: router.name, host, traefik })),
  );
  const differing = readable.flatMap(({ service, router }): RouteFinding[] => {
    const same = served.find(({ name }) => generation === 2 && router.generation === 2 && name.toLowerCase() === router.name);
    if (same?.condition == null || JSON.stringify(same.condition) === JSON.stringify(router.condition)) return [];
    return [{ kind: 'differs', service: service.name, router: router.name, traefik, rule: router.rule, served: same.rule }];
  });
  return [...unique(missing), ...unique(stale), ...differing, ...routers.flatMap((router) => ownWord(traefik, router))];
}

function unique<T extends { readonly service: string | null; readonly host: string }>(found: readonly T[]): readonly T[] {
  return found.filter((each, index) => found.findIndex((other) => other.service === each.service && other.host === each.host) === index);
}

function ownWord(traefik: string, { name, status, errors, servers }: ServedRouter): RouteFinding[] {
  const about = { service: null, router: name, traefik };
  const refused = status === 'enabled' ? [] : [{ ...about, kind: 'refused' as const, reason: errors.join(', ') }];
  return [...refused, ...servers.filter(({ up }) => up === false).map(({ url }) => ({ ...about, kind: 'server-down' as const, url }))];
}
