import type { Problem } from '#kernel/errors.ts';
import { reduce } from '#domain/routes/condition.ts';
import { asked } from '#domain/routes/judge.ts';
import type { RoutedService, Routing, ServedRouter } from '#domain/routes/served.ts';
import { judgeWay, type AddressFacts, type DnsFacts, type HopView, type RoutingFacts, type WalkFacts } from '#domain/routes/way.ts';
import { ownerOf } from '#domain/names/judge.ts';
import { addressesOf } from '#domain/names/name-view.ts';
import type { ReadClients } from '#ports/clients.ts';
import { knownWithin, type Known } from '../unknown.ts';
import { lookBehind, type Behind, type BehindClients } from './behind.ts';
import { lookAtName, seeMachines, type LookedName, type NameClients } from './names.ts';
import { seeRoutes, type Seen } from './routes.ts';

export type WayClients = NameClients & BehindClients & Pick<ReadClients, 'prober'>;

/** One request, whatever of it hangs. */
const REQUEST_MS = 4_000;
const ROUTES_MS = 3_000;
const DAY_MS = 86_400_000;
const NO_WAY = /ENETUNREACH|EADDRNOTAVAIL/u;
/** Of a finding about a name that isn't about one of its addresses, and is worth a word here. */
const AMISS: ReadonlySet<string> = new Set(['lame', 'behind', 'disagree', 'resolver', 'ttl', 'signature']);

export interface WalkedWay {
  readonly hops: readonly HopView[];
  /** What the service last logged; empty where there is none. */
  readonly lines: readonly string[];
  readonly service: string | null;
  /** The service that Traefik is; null where it isn't in the Swarm. */
  readonly proxy: string | null;
}

/** The whole way of a public name. Names and requests on one side, routes and what is behind them on the other, at the same time. */
export async function walkWay(clients: WayClients, name: string, signal: AbortSignal): Promise<WalkedWay> {
  const [{ looked, addresses }, { seen, service, behind }] = await Promise.all([
    outside(clients, name, signal),
    inside(clients, name, signal),
  ]);
  const hops = judgeWay({
    dns: dnsFacts(looked),
    addresses,
    routing: routingFacts(seen, name),
    service: behind.known?.service ?? null,
    serviceProblem: behind.problem,
  });
  const proxy = seen.known?.routing.services.find((each) => each.proxy)?.name ?? null;
  return { hops, lines: behind.known?.lines ?? [], service: service?.name ?? null, proxy };
}

async function outside(clients: WayClients, name: string, signal: AbortSignal) {
  const looked = await lookAtName(clients, name, seeMachines(clients, signal), signal);
  const own = clients.names.addresses();
  const addresses = looked.view === null ? [] : addressesOf(looked.view);
  return {
    looked,
    addresses: await Promise.all(
      addresses.map(async (address): Promise<AddressFacts> => {
        const about = looked.findings.filter((finding) => 'address' in finding && finding.address === address);
        const stranger = about.find(({ kind }) => kind === 'stranger');
        return {
          address,
          machine: ownerOf(address, own)?.machine ?? null,
          dead: about.some(({ kind }) => kind === 'dead'),
          stranger: stranger !== undefined,
          nearest: stranger?.kind === 'stranger' ? stranger.nearest : null,
          spare: about.some(({ kind }) => kind === 'spare'),
          walk: await walkTo(clients, { name, address }, signal),
        };
      }),
    ),
  };
}

async function walkTo(
  { prober, self }: WayClients,
  { name, address }: { readonly name: string; readonly address: string },
  signal: AbortSignal,
): Promise<WalkFacts | null> {
  const probe = { kind: 'http', target: `https://${name}/`, timeoutMs: REQUEST_MS, expect: { redirects: 0, address } } as const;
  const { known } = await knownWithin(REQUEST_MS + 500, signal, (ends) => prober.probe(probe, ends));
  if (known === null) return null;
  const { ok, hop, problem, http, certificate, latencyMs } = known;
  // A machine without IPv6 of its own can't tell.
  if (address.includes(':') && NO_WAY.test(String(problem?.params['reason'] ?? ''))) return null;
  return {
    failed: ok ? null : hop,
    problem,
    status: http?.status ?? null,
    text: http?.text ?? '',
    daysLeft: certificate?.endsAt == null ? null : Math.floor((certificate.endsAt - self.now()) / DAY_MS),
    latencyMs,
  };
}

interface Inside {
  readonly seen: Known<Seen>;
  readonly service: RoutedService | null;
  readonly behind: { readonly known: Behind | null; readonly problem: Problem | null };
}

async function inside(clients: WayClients, name: string, signal: AbortSignal): Promise<Inside> {
  const seen = await knownWithin(ROUTES_MS, signal, (ends) => seeRoutes(clients, ends));
  const routing = seen.known?.routing ?? null;
  const services = routing?.services ?? [];
  const service = routing === null ? null : (takers(routing, name)[0]?.service ?? null);
  if (service === null) return { seen, service, behind: { known: null, problem: null } };
  return { seen, service, behind: { known: await lookBehind(clients, service, services, signal), problem: null } };
}

/**
 * Routers that take a request for the name's first page; where none does, those that take any for the name, and at last those that take whole
 * connections to it (`HostSNI`). One that takes those of all names says nothing of this one.
 */
function takers(routing: Routing, host: string) {
  const all = asked(routing).filter(({ router }) => router.condition !== null);
  const readable = all.filter(({ router }) => router.protocol === 'http');
  const takes = (path?: string) =>
    readable.filter(
      ({ router }) => router.condition !== null && reduce(router.condition, path === undefined ? { host } : { host, path }) !== false,
    );
  const first = takes('/');
  const any = first.length > 0 ? first : takes();
  return any.length > 0 ? any : all.filter(({ router }) => router.protocol === 'tcp' && takesConnections(router, host));
}

function takesConnections({ condition, hosts }: Pick<ServedRouter, 'condition' | 'hosts'>, host: string): boolean {
  return condition !== null && hosts.includes(host) && reduce(condition, { host }) !== false;
}

function routingFacts({ known, problem }: Known<Seen>, name: string): RoutingFacts {
  if (known === null) return { known: false, problem };
  const { routing, problem: labels } = known;
  if (labels !== null && routing.traefiks.every(({ view }) => view === null)) return { known: false, problem: labels };
  const routers = takers(routing, name);
  const views = routing.traefiks.flatMap(({ name: traefik, view }) => (view === null ? [] : [{ traefik, view }]));
  const serves = (view: (typeof views)[number]['view']) =>
    view.routers.find((router) =>
      router.protocol === 'tcp'
        ? takesConnections(router, name)
        : router.condition !== null && reduce(router.condition, { host: name, path: '/' }) !== false,
    );
  return {
    known: true,
    routers: routers.map(({ service, router: { name: router, rule, port, elsewhere } }) => ({
      service: service.name,
      router,
      rule,
      port,
      elsewhere,
    })),
    ignored: ignored(routing, name),
    lacking: views.filter(({ view }) => serves(view) === undefined).map(({ traefik }) => traefik),
    other: views.map(({ view }) => serves(view)?.name).find((each) => each !== undefined) ?? null,
  };
}

/** Labels that name it in vain. */
function ignored({ services, settings }: Routing, name: string) {
  const hidden = (service: RoutedService) => service.exposure === 'default' && !settings.exposedByDefault;
  return services.flatMap((service) =>
    service.routers.flatMap(({ condition, rule, hosts }) => {
      const why = condition === null ? ('unread' as const) : ('not-exposed' as const);
      const meant = condition === null ? rule.toLowerCase().includes(name) : hidden(service) && hosts.includes(name);
      return meant ? [{ service: service.name, why, rule }] : [];
    }),
  );
}

function dnsFacts({ view, findings, problem }: LookedName): DnsFacts {
  if (view === null) return { addresses: null, problem, code: null, answering: 0, servers: 0, amiss: [] };
  const servers = view.servers.length > 0 ? view.servers : [view.resolver];
  const answering = servers.filter(({ answer }) => answer !== null).length;
  const silent = servers.find((each) => each.problem !== null)?.problem ?? null;
  const addresses = answering === 0 && view.resolver.answer === null ? null : addressesOf(view);
  return {
    addresses,
    problem: silent,
    code: findings.flatMap((each) => (each.kind === 'missing' ? [each.code] : []))[0] ?? null,
    answering,
    servers: servers.length,
    amiss: findings.map(({ kind }) => kind).filter((kind) => AMISS.has(kind)),
  };
}
