import type { Problem } from '#kernel/errors.ts';
import { toJsonObject, type JsonObject } from '#kernel/json.ts';
import { asked, judgeRoutes, type Labelled } from '#domain/routes/judge.ts';
import type { Routing, TraefikAnswer } from '#domain/routes/served.ts';
import type { ReadClients } from '#ports/clients.ts';
import { knownWithin, orUnknown } from '../unknown.ts';

export type RouteClients = Pick<ReadClients, 'routes' | 'prober'>;

/** How long all answers together may take. */
const ANSWERS_MS = 6_000;
const TRY_MS = 3_000;

/** Both witnesses. Labels that can't be had are said; what Traefik says is seen all the same. */
export interface Seen {
  readonly routing: Routing;
  readonly problem: Problem | null;
}

/** @throws routes_not_configured */
export async function seeRoutes({ routes }: Pick<RouteClients, 'routes'>, signal: AbortSignal): Promise<Seen> {
  const settings = routes.settings();
  const [services, traefiks] = await Promise.all([orUnknown(routes.labelled(signal)), routes.served(signal)]);
  return { routing: { services: services.known ?? [], traefiks, settings }, problem: services.problem };
}

/** A public name, what it leads to by labels or by Traefik's own word, and how it answers now. */
export interface RouteLine {
  readonly host: string;
  /** The rule, where it says more than the name. */
  readonly rule: string | null;
  readonly service: string | null;
  readonly running: number | null;
  readonly replicas: number | null;
  readonly port: number | null;
}

/** A line for each name and rule of the labels; then names that only a Traefik knows. In the order of the names. */
export function routeLines(routing: Routing): readonly RouteLine[] {
  const labelled = asked(routing);
  const lines = labelled.flatMap(linesOf);
  const known = new Set(lines.map(({ host }) => host));
  const served = routing.traefiks
    .flatMap(({ view }) => view?.routers ?? [])
    .flatMap(({ hosts, rule }) => hosts.map((host) => ({ host, rule })));
  const others = served
    .filter(({ host }, index) => !known.has(host) && served.findIndex((each) => each.host === host) === index)
    .map(({ host, rule }) => ({ host, rule: saysMore(rule) ? rule : null, service: null, running: null, replicas: null, port: null }));
  const all = [...lines, ...others];
  return all
    .filter(
      (line, index) =>
        all.findIndex((each) => each.host === line.host && each.rule === line.rule && each.service === line.service) === index,
    )
    .toSorted((a, b) => a.host.localeCompare(b.host));
}

function linesOf({ service, router }: Labelled): readonly RouteLine[] {
  const { name, running, replicas } = service;
  const rule = saysMore(router.rule) ? router.rule : null;
  return router.hosts.map((host) => ({ host, rule, service: name, running, replicas, port: router.port }));
}

function saysMore(rule: string): boolean {
  return /&&|!|;|\bPath|\bHeader|\bMethod|\bClientIP/u.test(rule);
}

/** How a name answers over HTTPS at this moment; null: it wasn't asked in time. */
export interface LastAnswer {
  readonly host: string;
  readonly ok: boolean;
  readonly status: number | null;
  readonly problem: Problem | null;
}

/** Asks each name once, side by side. */
export async function lastAnswers(
  { prober }: Pick<RouteClients, 'prober'>,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, LastAnswer>> {
  const answers = new Map<string, LastAnswer>();
  await knownWithin(ANSWERS_MS, signal, (ends) =>
    Promise.all(
      [...new Set(hosts)].map(async (host) => {
        const probe = { kind: 'http', target: `https://${host}/`, timeoutMs: TRY_MS, expect: { redirects: 0 } } as const;
        const { ok, problem, http } = await prober.probe(probe, ends);
        answers.set(host, { host, ok, status: http?.status ?? null, problem });
      }),
    ),
  );
  return answers;
}

/** Findings about one name, or all of them. */
export function findingsFor(routing: Routing, host: string | null): readonly JsonObject[] {
  const all = judgeRoutes(routing);
  if (host === null) return all.map(toJsonObject);
  const routers = asked(routing).filter(({ router }) => router.hosts.includes(host));
  const about = all.filter(
    (finding) =>
      ('host' in finding && finding.host === host) ||
      routers.some(({ service, router }) => finding.service === service.name && finding.router === router.name),
  );
  return about.map(toJsonObject);
}

/** Traefiks that were asked, and those that don't answer. */
export function traefikData(traefiks: readonly TraefikAnswer[]) {
  return traefiks.map(({ name, problem }) => ({ name, problem }));
}
