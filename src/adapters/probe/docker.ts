import { problemOf, VigieError } from '#kernel/errors.ts';
import type { Way } from '#ports/prober.ts';
import type { NodeView, SwarmReader } from '#ports/swarm.ts';
import { ProbeFailure } from './walk.ts';

/**
 * Whether the Swarm answers and a node, or each with `*`, is ready and takes work.
 * @throws ProbeFailure
 */
export async function walkDocker(way: Way, swarm: SwarmReader, deadline: AbortSignal): Promise<void> {
  way.enter('docker');
  const nodes = await nodesOf(way, swarm, deadline);
  way.enter('node');
  const { target } = way;
  const meant = nodes.filter(({ hostname }) => target === '*' || hostname === target);
  if (meant.length === 0) throw new ProbeFailure({ code: 'probe_node_unknown', params: { target } }, 'no such node');
  const ill = meant.find((node) => node.state !== 'ready' || node.availability !== 'active');
  if (ill === undefined) return;
  const { hostname: node, state, availability } = ill;
  throw new ProbeFailure({ code: 'probe_node', params: { target, node, state, availability } }, `${node}: ${state}, ${availability}`);
}

/** Where the way to Docker leads over SSH and breaks there, that is the hop. */
async function nodesOf(way: Way, swarm: SwarmReader, deadline: AbortSignal): Promise<readonly NodeView[]> {
  try {
    return await swarm.nodes(deadline);
  } catch (error) {
    deadline.throwIfAborted();
    if (!(error instanceof VigieError)) throw error;
    if (error.code.startsWith('ssh_')) way.enter('ssh');
    throw new ProbeFailure(problemOf(error), String(error.params['reason'] ?? error.code));
  }
}
