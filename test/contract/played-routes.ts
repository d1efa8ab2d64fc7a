import type { createRoutes } from '#adapters/routes/create-routes.ts';
import type { LabelSource } from '#adapters/routes/labelled.ts';
import type { Routes } from '#ports/routes.ts';
import { TraefikStandIn } from '#test/lab/network/traefik-api.ts';

const SETTINGS = { exposedByDefault: true, tlsEntryPoints: ['websecure', 'https'] };
const PAD = { name: 'pad', rule: 'Host(`pad.example.net`) && !PathPrefix(`/admin`)' };

/** The real adapter, before a Swarm and a Traefik whose API is played; or before the Swarm alone, as it is configured. */
export async function playedRoutes(swarm: LabelSource, version: 2 | 3, create: typeof createRoutes) {
  const api = await TraefikStandIn.start({ version, routers: [] });
  const bare = create({ swarm, apis: {}, settings: SETTINGS });
  const whole = create({ swarm, apis: { traefik: { url: api.url, timeoutMs: 2_000 } }, settings: SETTINGS });
  let configured = false;
  const routes: Routes = {
    settings: () => SETTINGS,
    labelled: (signal) => bare.labelled(signal),
    served: (signal) => (configured ? whole : bare).served(signal),
  };
  return {
    routes,
    async serves(names: readonly string[] | null): Promise<void> {
      configured = names !== null;
      api.played.routers = names?.includes('pad.example.net') === true ? [PAD] : [];
    },
    async close(): Promise<void> {
      await bare.close();
      await whole.close();
      await api.stop();
    },
  };
}
