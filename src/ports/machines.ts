import { VigieError, type Problem } from '#kernel/errors.ts';
import type { MachinesSeen } from '#domain/names/machines.ts';
import type { HypervisorReader } from './hypervisor.ts';
import type { SwarmReader } from './swarm.ts';

/** Who knows which machines live; null where nobody configured it. */
export interface MachineSources {
  readonly swarm: Pick<SwarmReader, 'nodes'> | null;
  readonly hypervisor: Pick<HypervisorReader, 'cluster' | 'guests'> | null;
}

/** What is known of machines now. What isn't configured, or doesn't answer, is null: it says nothing about any machine, and the latter is a problem. */
export async function machinesSeen({ swarm, hypervisor }: MachineSources, signal?: AbortSignal): Promise<MachinesSeen> {
  const [nodes, cluster, guests] = await Promise.all([
    told(swarm?.nodes(signal)),
    told(hypervisor?.cluster(signal)),
    told(hypervisor?.guests(signal)),
  ]);
  const problem = nodes.problem ?? cluster.problem ?? guests.problem;
  return { nodes: nodes.known, hypervisors: cluster.known?.nodes ?? null, guests: guests.known, problem };
}

const NOT_CONFIGURED: ReadonlySet<string> = new Set(['swarm_not_configured', 'hypervisor_not_configured']);

async function told<T>(asked: Promise<T> | undefined): Promise<{ readonly known: T | null; readonly problem: Problem | null }> {
  try {
    return { known: (await asked) ?? null, problem: null };
  } catch (error) {
    if (!(error instanceof VigieError)) throw error;
    return { known: null, problem: NOT_CONFIGURED.has(error.code) ? null : error.problem() };
  }
}
