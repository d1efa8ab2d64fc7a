import type { Problem } from '#kernel/errors.ts';

/** The way of a request to a public name, in its order. */
export const HOPS = ['dns', 'address', 'connect', 'tls', 'http', 'router', 'service', 'network', 'tasks', 'database', 'disk'] as const;
export type WayHop = (typeof HOPS)[number];

/**
 * How a hop was found. `symptom`: it shows that something behind it is broken. `passed`: nobody needs it here. Unknown is never well.
 */
export type HopState = 'well' | 'warning' | 'symptom' | 'broken' | 'unknown' | 'passed';

/** What is wrong with a hop, or remarkable; `reason` chooses its words. */
export interface HopView {
  readonly hop: WayHop;
  readonly state: HopState;
  readonly reason: string | null;
  /** What the words need: names, numbers, problems. */
  readonly about: Readonly<Record<string, string | number | null | readonly string[]>>;
  readonly problem: Problem | null;
}

/** What the zone says of the name. */
export interface DnsFacts {
  /** Null: it couldn't be asked. */
  readonly addresses: readonly string[] | null;
  readonly problem: Problem | null;
  /** What a name without addresses is answered with: `NXDOMAIN`, `NOERROR`, `SERVFAIL`, `REFUSED`, … */
  readonly code: string | null;
  /** Servers of the zone that answered, of all of them. */
  readonly answering: number;
  readonly servers: number;
  /** Findings of `judgeName` besides those about single addresses, by kind. */
  readonly amiss: readonly string[];
}

/** What one address of the name shows. */
export interface AddressFacts {
  readonly address: string;
  /** Whose it is; null: nobody of the house, or nobody said so. */
  readonly machine: string | null;
  readonly dead: boolean | null;
  /** It is none of the house's, though those are known. */
  readonly stranger: boolean;
  readonly nearest: string | null;
  readonly spare: boolean;
  /** Null: it wasn't asked in time. */
  readonly walk: WalkFacts | null;
}

/** How far a request came. */
export interface WalkFacts {
  /** The hop that failed, as the prober names it; null: none. */
  readonly failed: string | null;
  readonly problem: Problem | null;
  /** Of what was answered; null: nothing was. */
  readonly status: number | null;
  readonly text: string;
  /** Of the certificate, in whole days. */
  readonly daysLeft: number | null;
  readonly latencyMs: number;
}

export interface RouterFacts {
  readonly service: string;
  readonly router: string;
  readonly rule: string;
  readonly port: number | null;
  /** It leads to what no label describes. */
  readonly elsewhere: boolean;
}

/** Which router takes the name, as far as labels and Traefik say. */
export type RoutingFacts =
  | { readonly known: false; readonly problem: Problem | null }
  | {
      readonly known: true;
      /** Of labels that would be served. */
      readonly routers: readonly RouterFacts[];
      /** Routers whose rule names it and can't be read, or whose service isn't exposed. */
      readonly ignored: readonly { readonly service: string; readonly why: 'unread' | 'not-exposed'; readonly rule: string }[];
      /** Traefiks that answer and don't serve it. */
      readonly lacking: readonly string[];
      /** A router of Traefik's own configuration, where no label asks for it. */
      readonly other: string | null;
    };

/** What stands behind the router. Each is null where it couldn't be asked. */
export interface ServiceFacts {
  readonly name: string;
  readonly wanted: number | null;
  readonly running: number;
  readonly update: string | null;
  readonly network: { readonly state: 'well' | 'absent' | 'detached' | 'unshared'; readonly name: string | null } | null;
  /** The newest that failed, or waits. */
  readonly trouble: { readonly state: string; readonly error: string | null; readonly node: string | null } | null;
  readonly databases: readonly { readonly database: string; readonly server: string; readonly problem: Problem | null }[] | null;
  /** Machines whose disk is full, or lines of logs that say so. */
  readonly full: { readonly machines: readonly string[]; readonly line: string | null } | null;
}

export interface WayFacts {
  readonly dns: DnsFacts;
  readonly addresses: readonly AddressFacts[];
  readonly routing: RoutingFacts;
  /** Null: no router leads to one. */
  readonly service: ServiceFacts | null;
  readonly serviceProblem: Problem | null;
}

type Found = Omit<HopView, 'hop'>;
const found = (state: HopState, reason: string | null = null, about: HopView['about'] = {}, problem: Problem | null = null): Found => ({
  state,
  reason,
  about,
  problem,
});
const WELL = found('well');
const PASSED = found('passed');

/** The way, hop by hop. A status that is explained by a hop behind it is that one's symptom. */
export function judgeWay(facts: WayFacts): readonly HopView[] {
  const hops: Readonly<Record<WayHop, Found>> = {
    dns: ofDns(facts.dns),
    address: ofAddresses(facts),
    connect: ofWalks(facts, ['dns', 'connect']),
    tls: ofTls(facts),
    http: ofHttp(facts),
    router: ofRouter(facts),
    ...ofService(facts),
  };
  const behind = HOPS.slice(HOPS.indexOf('router')).some((hop) => hops[hop].state === 'broken');
  return HOPS.map((hop) => {
    const view = hops[hop];
    return { hop, ...view, state: hop === 'http' && behind && view.state === 'broken' ? 'symptom' : view.state };
  });
}

/** The first hop that is broken; null: none is. */
export function firstBroken(hops: readonly HopView[]): HopView | null {
  return hops.find(({ state }) => state === 'broken') ?? null;
}

function ofDns({ addresses, problem, code, answering, servers, amiss }: DnsFacts): Found {
  if (addresses === null) return found('unknown', 'unasked', {}, problem);
  if (addresses.length === 0) return found('broken', emptyReason(code), { code });
  const about = { addresses, answering, servers };
  if (answering < servers) return found(answering === 0 ? 'unknown' : 'warning', 'silent', about, problem);
  return amiss.length > 0 ? found('warning', 'amiss', { ...about, amiss }) : found('well', null, about);
}

/** Whoever answers with something else than these says nothing of the name: it may well be there. */
function emptyReason(code: string | null): string {
  if (code === 'NXDOMAIN') return 'missing';
  return code === null || code === 'NOERROR' ? 'empty' : 'refused';
}

function ofAddresses({ addresses }: WayFacts): Found {
  if (addresses.length === 0) return PASSED;
  const dead = addresses.find((each) => each.dead === true);
  if (dead !== undefined) return found('broken', 'dead', { address: dead.address, machine: dead.machine });
  const stranger = addresses.find((each) => each.stranger);
  if (stranger !== undefined) return found('broken', 'stranger', { address: stranger.address, nearest: stranger.nearest });
  const spare = addresses.find((each) => each.spare);
  if (spare !== undefined) return found('warning', 'spare', { address: spare.address, machine: spare.machine });
  const machines = addresses.flatMap(({ machine }) => machine ?? []);
  return machines.length === 0 ? PASSED : found('well', null, { machines });
}

/** Of one step of the requests: broken where one address fails at it, unknown where one wasn't tried. */
function ofWalks({ addresses }: WayFacts, hops: readonly string[]): Found {
  if (addresses.length === 0) return PASSED;
  const failed = addresses.find(({ walk }) => walk?.failed != null && hops.includes(walk.failed));
  if (failed !== undefined) {
    const well = addresses
      .filter(({ walk }) => walk !== null && (walk.failed === null || !hops.includes(walk.failed)))
      .map(({ address }) => address);
    return found('broken', 'failed', { address: failed.address, well }, failed.walk?.problem ?? null);
  }
  return addresses.some(({ walk }) => walk === null) ? found('unknown', 'unasked') : WELL;
}

function ofTls(facts: WayFacts): Found {
  const walked = ofWalks(facts, ['tls', 'certificate']);
  if (walked.state !== 'well') return walked;
  const days = facts.addresses.flatMap(({ walk }) => walk?.daysLeft ?? []);
  return days.length === 0 ? found('unknown', 'unasked') : found('well', null, { days: Math.min(...days) });
}

/** Traefik's own words for "no router"; its other pages have the plain names of their status. */
const NO_ROUTER = '404 page not found';
/** What asks for a password is there. */
const ASKS: ReadonlySet<number> = new Set([401, 403]);

function ofHttp({ addresses }: WayFacts): Found {
  const answered = addresses.flatMap(({ address, walk }) => (walk?.status == null ? [] : [{ ...walk, address, status: walk.status }]));
  const bad = answered.find(({ status }) => status >= 400 && !ASKS.has(status));
  if (bad !== undefined) {
    const { address, status, text } = bad;
    return found('broken', status === 404 && text === NO_ROUTER ? 'no-router' : 'status', { address, status });
  }
  const late = addresses.find(({ walk }) => walk?.failed === 'http');
  if (late !== undefined) return found('broken', 'failed', { address: late.address }, late.walk?.problem ?? null);
  const [first] = answered;
  if (first === undefined) return addresses.length === 0 ? PASSED : found('unknown', 'unasked');
  return found('well', null, { status: first.status, latency: Math.max(...answered.map(({ latencyMs }) => latencyMs)) });
}

function ofRouter({ routing, addresses }: WayFacts): Found {
  if (!routing.known) return found('unknown', 'unasked', {}, routing.problem);
  const { routers, ignored, lacking, other } = routing;
  const [router] = routers;
  if (router !== undefined) {
    const about = { service: router.service, router: router.router, rule: router.rule, port: router.port };
    if (router.port === null && !router.elsewhere) return found('broken', 'no-port', about);
    if (lacking.length > 0) return found('broken', 'not-served', { ...about, traefiks: lacking });
    const rivals = [...new Set(routers.map(({ service }) => service))];
    return rivals.length > 1 ? found('warning', 'twice', { ...about, services: rivals }) : found('well', null, about);
  }
  const [first] = ignored;
  if (first !== undefined) return found('broken', first.why, { service: first.service, rule: first.rule });
  if (other !== null) return found('well', 'other', { router: other });
  // What answers well is routed by something that vigie doesn't see.
  return answersWell(addresses) ? found('unknown', 'unseen') : found('broken', 'none');
}

function answersWell(addresses: readonly AddressFacts[]): boolean {
  return addresses.some(({ walk }) => walk?.status != null && (walk.status < 400 || ASKS.has(walk.status)));
}

type Behind = 'service' | 'network' | 'tasks' | 'database' | 'disk';

function ofService({ service, serviceProblem }: WayFacts): Readonly<Record<Behind, Found>> {
  if (service === null) {
    const none = serviceProblem === null ? PASSED : found('unknown', 'unasked', {}, serviceProblem);
    return { service: none, network: PASSED, tasks: PASSED, database: PASSED, disk: PASSED };
  }
  return {
    service: ofReplicas(service),
    network: ofNetwork(service),
    tasks: ofTasks(service),
    database: ofDatabases(service),
    disk: ofDisk(service),
  };
}

function ofReplicas({ name: service, wanted, update }: ServiceFacts): Found {
  if (wanted === 0) return found('broken', 'off', { service });
  if (update === 'paused' || update === 'rollback_paused') return found('warning', 'paused', { service });
  return found('well', null, { service });
}

function ofNetwork({ name: service, network }: ServiceFacts): Found {
  if (network === null) return PASSED;
  const about = { service, network: network.name };
  return network.state === 'well' ? found('well', null, about) : found('broken', network.state, about);
}

function ofTasks({ name: service, wanted, running, trouble }: ServiceFacts): Found {
  const about = { service, running, wanted, error: trouble?.error ?? null, node: trouble?.node ?? null };
  const reason = reasonOf(trouble);
  if (running === 0) return wanted === 0 ? PASSED : found('broken', reason, about);
  if (wanted !== null && running < wanted) return found('warning', 'short', about);
  return trouble === null ? found('well', null, about) : found('warning', reason, about);
}

function reasonOf(trouble: ServiceFacts['trouble']): string {
  if (trouble === null) return 'none';
  if (/unhealthy/iu.test(trouble.error ?? '')) return 'unhealthy';
  return trouble.state === 'pending' ? 'pending' : 'dies';
}

function ofDatabases({ databases }: ServiceFacts): Found {
  if (databases === null || databases.length === 0) return PASSED;
  const down = databases.find(({ problem }) => problem?.code === 'database_server_down' || problem?.code === 'database_missing');
  if (down !== undefined) return found('broken', 'down', { database: down.database, server: down.server }, down.problem);
  const unknown = databases.find(({ problem }) => problem !== null);
  if (unknown !== undefined) return found('unknown', 'unasked', { database: unknown.database }, unknown.problem);
  return found('well', null, { databases: databases.map(({ database }) => database) });
}

function ofDisk({ full }: ServiceFacts): Found {
  if (full === null) return PASSED;
  if (full.machines.length > 0) return found('broken', 'full', { machines: full.machines });
  return full.line === null ? WELL : found('broken', 'said', { line: full.line });
}
