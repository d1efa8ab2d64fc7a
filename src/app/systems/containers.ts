import type { ContainersConnection } from '#adapters/docker/connect-containers.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { configuredDocker } from './docker.ts';
import { defineSystem } from './system.ts';

/** Containers of the Swarm, through the Docker of each node; where databases are in some. */
export const containers = defineSystem({
  missing: null,
  connect: connectConfigured,
  close: (client) => client.close(),
});

async function connectConfigured({ swarm, databases }: Config): Promise<ContainersConnection | null> {
  if (swarm === undefined || !Object.values(databases).some(({ service }) => service !== undefined)) return null;
  const { connectContainers } = await import('#adapters/docker/connect-containers.ts');
  const manager = await configuredDocker(swarm);
  const nodes = await Promise.all(Object.entries(swarm.nodes).map(async ([name, node]) => [name, await configuredDocker(node)] as const));
  const client = connectContainers({
    manager: manager.address,
    nodes: Object.fromEntries(nodes.map(([name, { address }]) => [name, address])),
    timeoutMs: durationMs(swarm.timeout),
  });
  return {
    ...client,
    async close() {
      await client.close();
      for (const docker of [manager, ...nodes.map(([, node]) => node)]) await docker.close();
    },
  };
}
