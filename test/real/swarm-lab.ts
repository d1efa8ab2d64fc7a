import { connectSwarm, type SwarmConnection, type SwarmOptions } from '#adapters/docker/connect-swarm.ts';
import type { SwarmLab } from '#test/contract/swarm.contract.ts';
import { realSwarm, until } from './swarm.ts';

/** How a suite reaches the manager, given its socket. */
export interface Way {
  readonly address: SwarmOptions;
  /** The same way to a daemon that isn't there. */
  readonly nowhere: SwarmOptions;
  /** What errors call it. */
  readonly nowhereName: string;
  close(): Promise<void>;
}

/** The contract suite's lab, on the real Swarm. */
export async function realLab(reach: (socketPath: string) => Promise<Way>): Promise<SwarmLab> {
  const real = await realSwarm();
  const way = await reach(real.socketPath);
  const registries = {
    [real.privateRegistry]: { username: 'vigie', password: 'lookout' },
    [real.deniedRegistry]: { username: 'vigie', password: 'changed' },
  };
  const swarm = connectSwarm({ ...way.address, registries });
  const nowhere = connectSwarm(way.nowhere);
  return {
    swarm,
    repository: `${real.registry}/x`,
    privateRepository: `${real.privateRegistry}/x`,
    deniedRepository: `${real.deniedRegistry}/x`,
    absentRepository: `${real.absentRegistry}/x`,
    unreachable: { swarm: nowhere, host: way.nowhereName },
    createService: (options) => real.createService(options),
    removeService: (name) => real.removeService(name),
    until: lookUntil,
    close: () => closeAll([swarm, nowhere], way),
  };
}

async function lookUntil<T>(look: () => Promise<T | null>): Promise<T> {
  let found: T | null = null;
  await until('the Swarm', async () => (found = await look()) !== null);
  if (found === null) throw new Error('unreachable');
  return found;
}

async function closeAll(connections: readonly SwarmConnection[], way: Way): Promise<void> {
  for (const connection of connections) await connection.close();
  await way.close();
}
