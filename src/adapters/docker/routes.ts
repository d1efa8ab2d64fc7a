import type { Route } from '#ports/swarm.ts';

/** `traefik.frontend.rule`, or `traefik.web.frontend.rule` for a segment named `web`. */
const V1_RULE = /^traefik\.(?:([^.]+)\.)?frontend\.rule$/;
/** `traefik.http.routers.pad.rule`; the same for `tcp`. */
const V2_RULE = /^traefik\.(http|tcp)\.routers\.([^.]+)\.rule$/;

/**
 * The Traefik routes of a service's labels, of version 1, 2 and 3. Traefik reads keys without regard to case.
 * @param labels those of the service itself (`deploy.labels`): a container's own are ignored by Traefik's Swarm provider
 */
export function routesOf(labels: Readonly<Record<string, string>>): readonly Route[] {
  const known = new Map(Object.entries(labels).map(([key, value]) => [key.toLowerCase(), value]));
  if (known.get('traefik.enable') === 'false') return [];
  return [...known].flatMap(([key, rule]) => {
    const port = portOf(key, known);
    return port === undefined ? [] : [{ rule, port }];
  });
}

/** @returns undefined when the key is no rule at all; null when its port isn't said */
function portOf(key: string, labels: ReadonlyMap<string, string>): number | null | undefined {
  const v1 = V1_RULE.exec(key);
  if (v1) return number(labels.get(v1[1] === undefined ? '' : `traefik.${v1[1]}.port`) ?? labels.get('traefik.port'));
  const v2 = V2_RULE.exec(key);
  if (!v2) return undefined;
  const [, protocol = '', router = ''] = v2;
  return loadBalancerPort(protocol, labels.get(`traefik.${protocol}.routers.${router}.service`), labels);
}

/** A router without a named service goes to the only one that the labels define. */
function loadBalancerPort(protocol: string, service: string | undefined, labels: ReadonlyMap<string, string>): number | null {
  const suffix = '.loadbalancer.server.port';
  const prefix = `traefik.${protocol}.services.`;
  if (service !== undefined) return number(labels.get(`${prefix}${service.toLowerCase()}${suffix}`));
  const ports = [...labels].filter(([key]) => key.startsWith(prefix) && key.endsWith(suffix));
  return ports.length === 1 ? number(ports[0]?.[1]) : null;
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : null;
}
