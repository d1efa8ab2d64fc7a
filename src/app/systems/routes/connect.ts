import type { Swarm } from '#ports/swarm.ts';
import type { RoutesConnection } from '#adapters/routes/create-routes.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';

/** Null where there is neither a Swarm, whose labels could tell, nor a Traefik to ask. */
export async function connectConfiguredRoutes(config: Config['traefik'], swarm: Swarm | null): Promise<RoutesConnection | null> {
  const apis = Object.entries(config?.api ?? {});
  if (swarm === null && apis.length === 0) return null;
  const { createRoutes } = await import('#adapters/routes/create-routes.ts');
  const timeoutMs = durationMs(config?.timeout ?? '3s');
  return createRoutes({
    swarm,
    apis: Object.fromEntries(apis.map(([name, api]) => [name, { ...api, timeoutMs }])),
    settings: { exposedByDefault: config?.exposed_by_default ?? true, tlsEntryPoints: config?.tls_entry_points ?? ['websecure', 'https'] },
  });
}
