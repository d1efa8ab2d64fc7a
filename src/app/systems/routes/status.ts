import { VigieError } from '#kernel/errors.ts';
import { asked, judgeRoutes, type RouteFinding } from '#domain/routes/judge.ts';
import type { RoutedService } from '#domain/routes/served.ts';
import type { RoutesReader } from '#ports/routes.ts';
import { knownWithin } from '#actions/unknown.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Less than a system may take: a Traefik that hangs leaves what labels say. */
const SERVED_MS = 2_000;
const SHOWN = 3;

/** What keeps people from what they want; the rest is for `routes`. A service without tasks is told by the Swarm. */
const BROKEN: ReadonlySet<RouteFinding['kind']> = new Set(['unread', 'no-port', 'twice', 'not-served', 'refused', 'server-down']);

/** Routes that don't work, and Traefiks that don't answer; of a service, the names that lead to it. */
export async function routesStatus(
  routes: RoutesReader,
  { names }: Pick<StatusAbout, 'names'>,
  signal: AbortSignal,
): Promise<readonly StatusLine[]> {
  const settings = routes.settings();
  const [services, served] = await Promise.all([labelled(routes, signal), knownWithin(SERVED_MS, signal, (ends) => routes.served(ends))]);
  const routers = asked({ services, settings });
  if (names !== null) return factsOf(routers, names);
  const traefiks = served.known ?? [];
  const broken = judgeRoutes({ services, traefiks, settings }).filter(({ kind }) => BROKEN.has(kind));
  const affected = [...new Set(broken.map(placeOf))];
  const away = traefiks.filter(({ problem }) => problem !== null).map(({ name }) => name);
  return [
    ...(affected.length === 0 ? [] : [trouble('routes-broken', { count: affected.length, ...few(affected) })]),
    ...(away.length === 0 ? [] : [trouble('traefik-away', few(away))]),
    ...(served.problem === null
      ? []
      : [trouble('traefik-silent', { problem: { code: served.problem.code, params: served.problem.params } })]),
    ...(routers.length === 0 || affected.length > 0 ? [] : [{ level: 'well', says: 'routes', about: { routes: routers.length } } as const]),
  ];
}

/** Without a Swarm, Traefik's own word is all there is. */
async function labelled(routes: RoutesReader, signal: AbortSignal): Promise<readonly RoutedService[]> {
  const { known, problem } = await knownWithin(SERVED_MS, signal, (ends) => routes.labelled(ends));
  if (problem === null) return known;
  if (problem.code === 'swarm_not_configured') return [];
  throw new VigieError(problem.code, problem.params);
}

function factsOf(routers: ReturnType<typeof asked>, names: readonly string[]): readonly StatusLine[] {
  const hosts = routers.filter(({ service }) => names.includes(service.name)).flatMap(({ router }) => router.hosts);
  return hosts.length === 0 ? [] : [{ level: 'fact', says: 'routed', about: few([...new Set(hosts)]) }];
}

function placeOf(finding: RouteFinding): string {
  return 'host' in finding ? finding.host : (finding.service ?? finding.router);
}

function few(names: readonly string[]): { readonly names: readonly string[]; readonly more: number } {
  return { names: names.slice(0, SHOWN), more: Math.max(0, names.length - SHOWN) };
}

function trouble(says: string, about: StatusLine['about']): StatusLine {
  return { level: 'trouble', says, about };
}
