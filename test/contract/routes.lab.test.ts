import { describe } from 'vitest';
import { createRoutes } from '#adapters/routes/create-routes.ts';
import { LabNetwork } from '#test/lab/network/lab-network.ts';
import { MemoryNames } from '#test/lab/network/memory-names.ts';
import { MemorySwarm } from '#test/lab/swarm/memory-swarm.ts';
import { WarpClock } from '#test/lab/warp-clock.ts';
import { playedRoutes } from './played-routes.ts';
import { routesContract } from './routes.contract.ts';

const images = { web: 'registry.lab/web:1', traefik: 'registry.lab/traefik:3' };

function swarmWith(): MemorySwarm {
  const swarm = new MemorySwarm(new WarpClock(20));
  for (const image of Object.values(images)) swarm.registry.push(image);
  return swarm;
}

describe('the lab', () => {
  routesContract(async () => {
    const swarm = swarmWith();
    const network = new LabNetwork(swarm, new MemoryNames('example.net'), { now: () => 0 });
    return {
      routes: network,
      images,
      createService: async (options) => void swarm.createService(options),
      removeService: async (name) => swarm.removeService(name),
      async serves(names) {
        network.api = names !== null;
        network.forgotten.clear();
        if (names?.length === 0) network.forgotten.add('pad.example.net');
      },
      close: () => swarm.close(),
    };
  });
});

describe("labels of the lab's Swarm, and Traefik's API as it was recorded", () => {
  routesContract(async () => {
    const swarm = swarmWith();
    const played = await playedRoutes(swarm, 3, createRoutes);
    return {
      routes: played.routes,
      images,
      createService: async (options) => void swarm.createService(options),
      removeService: async (name) => swarm.removeService(name),
      serves: (...given) => played.serves(...given),
      async close() {
        await played.close();
        await swarm.close();
      },
    };
  });
});
