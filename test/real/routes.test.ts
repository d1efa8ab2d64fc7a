import { describe } from 'vitest';
import { connectSwarm } from '#adapters/docker/connect-swarm.ts';
import { createRoutes } from '#adapters/routes/create-routes.ts';
import { playedRoutes } from '#test/contract/played-routes.ts';
import { routesContract } from '#test/contract/routes.contract.ts';
import { realSwarm } from './swarm.ts';

/** Labels and networks of a real Swarm. No Traefik can be had here: its API is played in the shapes of its own tests. */
describe('a real Swarm, and Traefik’s API as it was recorded', () => {
  routesContract(async () => {
    const lab = await realSwarm();
    const web = `${lab.registry}/x:v1`;
    const traefik = `${lab.registry}/traefik:v1`;
    await lab.docker('pull', '--quiet', web);
    await lab.docker('tag', web, traefik);
    await lab.docker('push', '--quiet', traefik);
    await lab.docker('network', 'create', '--driver', 'overlay', 'routes-proxy');
    const swarm = connectSwarm({ kind: 'socket', path: lab.socketPath });
    const played = await playedRoutes(swarm, 2, createRoutes);
    return {
      routes: played.routes,
      images: { web, traefik },
      // The image says nothing of being reached: where its one task runs is of no consequence.
      createService: (options) => lab.createService({ ...options, constraints: ['node.role==manager'] }),
      removeService: (name) => lab.removeService(name),
      serves: (names) => played.serves(names),
      async close() {
        await played.close();
        await swarm.close();
        await lab.docker('network', 'rm', 'routes-proxy');
        await lab.docker('image', 'rm', traefik);
      },
    };
  });
});
