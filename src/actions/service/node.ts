import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { NodeView } from '#ports/swarm.ts';
import type { StepFinding } from '../definition.ts';

/** The part of a basis that a change of a node starts from. */
export type NodeBasis = {
  readonly node: string;
  readonly id: string;
  readonly availability: NodeView['availability'];
};

/**
 * A node of the Swarm by its host name, or by any other name that the configuration has for that machine. One that has gone and come
 * back is there twice in Docker's list: the one that is down is the old one.
 * @throws swarm_node_unknown, with the nearest name
 */
export function nodeCalled(nodes: readonly NodeView[], word: string, { inventory }: Pick<ReadClients, 'inventory'>): NodeView {
  const names = [word, ...inventory.namesOf(word)];
  const named = nodes.filter(({ hostname }) => names.includes(hostname));
  const alike = byName(nodes, word, ({ hostname }) => [hostname]);
  const called = named.length > 0 || alike === undefined ? named : [alike];
  const node = called.find(({ state }) => state === 'ready') ?? called[0];
  if (node !== undefined) return node;
  const known = nodes.map(({ hostname }) => hostname);
  throw new VigieError('swarm_node_unknown', { node: word, nearest: nearest(word, known) });
}

/** Says whether the node takes tasks, if nobody has said anything else since the plan. @throws swarm_node_changed */
export async function sendAvailability(
  { swarm }: Pick<Clients, 'swarm'>,
  basis: NodeBasis,
  wanted: NodeView['availability'],
  signal: AbortSignal,
): Promise<null> {
  const { availability } = nodeOf(await swarm.nodes(signal), basis);
  if (availability !== basis.availability && availability !== wanted)
    throw new VigieError('swarm_node_changed', { node: basis.node, availability });
  await swarm.setAvailability(basis.id, wanted, signal);
  return null;
}

/** Whether it was said. */
export async function verifyAvailability(
  { swarm }: Pick<Clients, 'swarm'>,
  basis: NodeBasis,
  wanted: NodeView['availability'],
): Promise<StepFinding> {
  const { availability } = nodeOf(await swarm.nodes(), basis);
  return availability === wanted ? { state: 'done', result: null } : { state: 'not-done' };
}

/** The node of a basis, by its id. @throws swarm_node_unknown when it has left the Swarm since */
export function nodeOf(nodes: readonly NodeView[], { id, node }: NodeBasis): NodeView {
  const found = nodes.find((each) => each.id === id);
  if (found === undefined) throw new VigieError('swarm_node_unknown', { node, nearest: null });
  return found;
}
