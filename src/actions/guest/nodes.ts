import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { HypervisorNode } from '#ports/hypervisor.ts';

/** @throws hypervisor_no_quorum */
export async function quorateNodes(
  { hypervisor }: Pick<ReadClients, 'hypervisor'>,
  signal: AbortSignal,
): Promise<readonly HypervisorNode[]> {
  const { quorate, nodes } = await hypervisor.cluster(signal);
  if (!quorate) throw new VigieError('hypervisor_no_quorum');
  return nodes;
}

/** @throws node_unknown, node_offline */
export function nodeNamed(nodes: readonly HypervisorNode[], word: string): HypervisorNode {
  const node = byName(nodes, word, ({ name }) => [name]);
  const names = nodes.map(({ name }) => name);
  if (node === undefined) throw new VigieError('node_unknown', { node: word, nearest: nearest(word, names) });
  if (!node.online) throw new VigieError('node_offline', { node: node.name });
  return node;
}
