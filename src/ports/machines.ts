import { VigieError } from '#kernel/errors.ts';
import type { MachinesSeen } from '#domain/names/machines.ts';
import type { HypervisorReader } from './hypervisor.ts';
import type { SwarmReader } from './swarm.ts';

/** Who knows which machines live; null where nobody configured it. */
export interface MachineSources {
  readonly swarm: Pick<SwarmReader, 'nodes'> | null;
  readonly hypervisor: Pick<HypervisorReader, 'cluster' | 'guests'> | null;
}

/** What is known of machines now. What isn't configured, or doesn't answer, is null: it says nothing about any machine. */
export async function machinesSeen({ swarm, hypervisor }: MachineSources, signal?: AbortSignal): Promise<MachinesSeen> {
  const [nodes, cluster, guests] = await Promise.all([
    orNull(swarm?.nodes(signal)),
    orNull(hypervisor?.cluster(signal)),
    orNull(hypervisor?.guests(signal)),
  ]);
  return { nodes, hypervisors: cluster?.nodes ?? null, guests };
}

async function orNull<T>(asked: Promise<T> | undefined): Promise<T | null> {
  try {
    return (await asked) ?? null;
  } catch (error) {
    if (error instanceof VigieError) return null;
    throw error;
  }
}
