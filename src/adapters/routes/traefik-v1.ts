import { z } from 'zod';
import { hostsOf, type Condition } from '#domain/routes/condition.ts';
import { readRuleV1 } from '#domain/routes/rule-v1.ts';
import type { ServedRouter, TraefikView } from '#domain/routes/served.ts';
import type { TraefikApi } from './traefik-api.ts';

/** Version 1: `/api/providers`, frontends and backends by provider. It says neither TLS nor whether a server is up. */

const provider = z.looseObject({
  frontends: z
    .record(
      z.string(),
      z.looseObject({ backend: z.string().optional(), routes: z.record(z.string(), z.looseObject({ rule: z.string() })).nullish() }),
    )
    .nullish(),
  backends: z.record(z.string(), z.looseObject({ servers: z.record(z.string(), z.looseObject({ url: z.string() })).nullish() })).nullish(),
});
const providers = z.record(z.string(), provider);
type Provider = z.output<typeof provider>;

/** @returns null where it is no Traefik of this version */
export async function viewOfV1(api: TraefikApi, signal: AbortSignal | undefined): Promise<TraefikView | null> {
  const found = await api.get('/api/providers', providers, signal);
  if (found === null) return null;
  return { generation: 1, routers: Object.entries(found).flatMap(([name, each]) => routersOf(name, each)) };
}

function routersOf(name: string, { frontends, backends }: Provider): readonly ServedRouter[] {
  return Object.entries(frontends ?? {}).map(([frontend, { backend, routes }]) => {
    const rules = Object.values(routes ?? {}).map(({ rule }) => rule);
    const condition = together(rules);
    const servers = Object.values(backends?.[backend ?? '']?.servers ?? {});
    return {
      name: frontend,
      provider: name.split(/[.@]/u)[0] ?? name,
      protocol: 'http',
      rule: rules.join(';'),
      condition,
      hosts: condition === null ? [] : hostsOf(condition),
      tls: null,
      status: 'enabled',
      errors: [],
      servers: servers.map(({ url }) => ({ url, up: null })),
    };
  });
}

/** All routes of a frontend have to hold. */
function together(rules: readonly string[]): Condition | null {
  const read = rules.map((rule) => readRuleV1(rule).condition);
  const of = read.filter((condition) => condition !== null);
  const [only, ...more] = of;
  if (only === undefined || of.length < read.length) return null;
  return more.length === 0 ? only : { kind: 'all', of };
}
