import { z } from 'zod';
import { hostsOf } from '#domain/routes/condition.ts';
import { readRule } from '#domain/routes/rule.ts';
import type { ServedRouter, TraefikView } from '#domain/routes/served.ts';
import type { TraefikApi } from './traefik-api.ts';

/** Versions 2 and 3: `/api/overview`, `/api/entrypoints`, `/api/{http,tcp}/{routers,services}`. */

const overview = z.looseObject({ http: z.looseObject({ routers: z.looseObject({ total: z.number() }) }) });
const entryPoint = z.looseObject({ name: z.string(), http: z.looseObject({ tls: z.unknown().optional() }).nullish() });
const router = z.looseObject({
  name: z.string(),
  provider: z.string().optional(),
  rule: z.string().default(''),
  service: z.string().optional(),
  entryPoints: z.array(z.string()).nullish(),
  using: z.array(z.string()).nullish(),
  tls: z.unknown().optional(),
  status: z.enum(['enabled', 'warning', 'disabled']).catch('enabled'),
  error: z.array(z.string()).nullish(),
});
const service = z.looseObject({
  name: z.string(),
  loadBalancer: z
    .looseObject({ servers: z.array(z.looseObject({ url: z.string().optional(), address: z.string().optional() })).nullish() })
    .nullish(),
  serverStatus: z.record(z.string(), z.string()).nullish(),
});
type Router = z.output<typeof router>;
type Service = z.output<typeof service>;

/** @returns null where it is no Traefik of these versions */
export async function viewOfV2(api: TraefikApi, signal: AbortSignal | undefined): Promise<TraefikView | null> {
  if ((await api.get('/api/overview', overview, signal)) === null) return null;
  const [points, ...lists] = await Promise.all([
    api.list('/api/entrypoints', entryPoint, signal),
    api.list('/api/http/routers', router, signal),
    api.list('/api/http/services', service, signal),
    api.list('/api/tcp/routers', router, signal),
    api.list('/api/tcp/services', service, signal),
  ]);
  const [http, httpServices, tcp, tcpServices] = lists;
  const secure = new Set((points ?? []).filter(({ http: own }) => isThere(own?.tls)).map(({ name }) => name));
  return {
    generation: 2,
    routers: [
      ...(http ?? []).map((each) => served('http', each, httpServices ?? [], secure)),
      ...(tcp ?? []).map((each) => served('tcp', each, tcpServices ?? [], secure)),
    ],
  };
}

function served(protocol: 'http' | 'tcp', given: Router, services: readonly Service[], secure: ReadonlySet<string>): ServedRouter {
  const [name = given.name, provider = ''] = given.name.split('@');
  const { condition } = readRule(given.rule);
  const points = given.using ?? given.entryPoints ?? [];
  return {
    name,
    provider: given.provider ?? provider,
    protocol,
    rule: given.rule,
    condition,
    hosts: condition === null ? [] : hostsOf(condition),
    tls: isThere(given.tls) || points.some((point) => secure.has(point)),
    status: given.status,
    errors: given.error ?? [],
    servers: serversOf(given, services),
  };
}

/** A router may leave out the provider where the service is of its own. */
function serversOf({ service: wanted, provider }: Router, services: readonly Service[]): ServedRouter['servers'] {
  const found = services.find(({ name }) => name === wanted || name === `${wanted ?? ''}@${provider ?? ''}`);
  return (found?.loadBalancer?.servers ?? []).map(({ url, address }) => {
    const at = url ?? address ?? '';
    const status = found?.serverStatus?.[at];
    return { url: at, up: status === undefined ? null : status === 'UP' };
  });
}

/** Traefik writes `{}` for TLS with nothing said of it. */
function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
