import { hostsOf, type Condition } from './condition.ts';
import { readRule, type ReadRule, type Unread } from './rule.ts';
import { readRuleV1 } from './rule-v1.ts';

/** A router of Traefik as the labels of a service ask for it: `deploy.labels` of version 1, 2 or 3. */
export interface LabelRouter {
  /** As labels call it; of version 1 the segment, empty for the service itself. */
  readonly name: string;
  /** 2 stands for 3 too: they read the same labels. */
  readonly generation: 1 | 2;
  readonly protocol: 'http' | 'tcp';
  readonly rule: string;
  /** Null where the rule can't be read: `unread` says what of it. */
  readonly condition: Condition | null;
  readonly unread: Unread | null;
  /** Names that it is meant for, in small letters. */
  readonly hosts: readonly string[];
  /** Empty: Traefik's own default. */
  readonly entryPoints: readonly string[];
  /** Its labels ask for TLS. An entry point may speak it all the same. */
  readonly tls: boolean;
  /** Null where no label says it, and nothing is guessed among several. */
  readonly port: number | null;
  /** It leads to a service of another provider (`api@internal`): no port is needed. */
  readonly elsewhere: boolean;
}

/** What labels say of being served at all; `default`: Traefik's own `exposedByDefault` decides. */
export type Exposure = 'on' | 'off' | 'default';

/** `traefik.frontend.rule`, or `traefik.web.frontend.rule` for a segment named `web`. */
const V1_RULE = /^traefik\.(?:(?<segment>[^.]+)\.)?frontend\.rule$/u;
/** `traefik.http.routers.pad.rule`; the same for `tcp`. */
const V2_RULE = /^traefik\.(?<protocol>http|tcp)\.routers\.(?<name>[^.]+)\.rule$/u;
/** As Go reads a boolean. */
const TRUE: ReadonlySet<string> = new Set(['1', 't', 'true']);

/**
 * The routers of a service's labels, of all generations. Traefik reads keys without regard to case.
 * @param labels those of the service itself (`deploy.labels`): a container's own are ignored by Traefik's Swarm provider
 */
export function routersOf(labels: Readonly<Record<string, string>>): readonly LabelRouter[] {
  const known = new Map(Object.entries(labels).map(([key, value]) => [key.toLowerCase(), value]));
  if (exposureOf(labels) === 'off') return [];
  return [...known].flatMap(([key, rule]) => {
    const v1 = V1_RULE.exec(key);
    if (v1 !== null) return [firstGeneration(v1.groups?.['segment'] ?? null, rule, known)];
    const { protocol, name } = V2_RULE.exec(key)?.groups ?? {};
    return name === undefined ? [] : [secondGeneration(protocol === 'tcp' ? 'tcp' : 'http', name, rule, known)];
  });
}

export function exposureOf(labels: Readonly<Record<string, string>>): Exposure {
  const [, said] = Object.entries(labels).find(([key]) => key.toLowerCase() === 'traefik.enable') ?? [];
  if (said === undefined) return 'default';
  return TRUE.has(said.trim().toLowerCase()) ? 'on' : 'off';
}

/** The network over which Traefik is told to reach a service; null: any that they share. */
export function networkOf(labels: Readonly<Record<string, string>>): string | null {
  const said = Object.entries(labels).find(([key]) => /^traefik\.(?:docker|swarm)\.network$/iu.test(key));
  return said?.[1].trim() ?? null;
}

type Known = ReadonlyMap<string, string>;

function read(rule: string, { condition, unread }: ReadRule) {
  return { rule, condition, unread, hosts: condition === null ? [] : hostsOf(condition) };
}

function firstGeneration(segment: string | null, rule: string, labels: Known): LabelRouter {
  const said = (key: string): string | undefined =>
    (segment === null ? undefined : labels.get(`traefik.${segment}.${key}`)) ?? labels.get(`traefik.${key}`);
  return {
    name: segment ?? '',
    generation: 1,
    protocol: 'http',
    ...read(rule, readRuleV1(rule)),
    entryPoints: listOf(said('frontend.entrypoints')),
    tls: false,
    port: portOf(said('port')),
    elsewhere: false,
  };
}

function secondGeneration(protocol: 'http' | 'tcp', name: string, rule: string, labels: Known): LabelRouter {
  const prefix = `traefik.${protocol}.routers.${name}.`;
  const service = labels.get(`${prefix}service`);
  const tls = labels.get(`${prefix}tls`);
  const told = [...labels.keys()].some((key) => key.startsWith(`${prefix}tls.`));
  return {
    name,
    generation: 2,
    protocol,
    ...read(rule, readRule(rule)),
    entryPoints: listOf(labels.get(`${prefix}entrypoints`)),
    tls: told || (tls !== undefined && TRUE.has(tls.trim().toLowerCase())),
    port: loadBalancerPort(protocol, service, labels),
    elsewhere: service !== undefined && /@(?!docker$|swarm$)/u.test(service),
  };
}

/** A router without a named service goes to the only one that the labels define. */
function loadBalancerPort(protocol: string, service: string | undefined, labels: Known): number | null {
  const suffix = '.loadbalancer.server.port';
  const prefix = `traefik.${protocol}.services.`;
  if (service !== undefined) return portOf(labels.get(`${prefix}${service.toLowerCase().replace(/@.*$/u, '')}${suffix}`));
  const ports = [...labels].filter(([key]) => key.startsWith(prefix) && key.endsWith(suffix));
  return ports.length === 1 ? portOf(ports[0]?.[1]) : null;
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function portOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,5}$/u.test(text) ? Number(text) : null;
}
