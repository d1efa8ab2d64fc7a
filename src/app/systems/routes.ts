import { VigieError } from '#kernel/errors.ts';
import { refusing } from '#kernel/refusing.ts';
import type { Routes } from '#ports/routes.ts';
import { connectConfiguredRoutes } from './routes/connect.ts';
import { defineSystem } from './system.ts';

const missing = refusing('routes_not_configured');
const NO_ROUTES: Routes = {
  labelled: missing,
  served: missing,
  settings() {
    throw new VigieError('routes_not_configured');
  },
};

/** What Traefik routes, by labels of the Swarm and by its own API. */
export const routes = defineSystem({
  missing: NO_ROUTES,
  connect: ({ traefik }, { get }) => connectConfiguredRoutes(traefik, get('swarm')),
  close: (client) => client.close(),
  doctor: async (client, about) => (await import('./routes/doctor.ts')).lookAtRoutes(client, about),
  status: async (client, about, signal) => await (await import('./routes/status.ts')).routesStatus(client, about, signal),
});
