import { judgeDrain } from '#domain/swarm/drain.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { NodeView, ServiceView } from '#ports/swarm.ts';
import { knownWithin } from '../unknown.ts';
import type { FailoverBasis, NodeAway, NodeLeft, Proof } from './basis.ts';

/** A Swarm that lost its leader chooses another one meanwhile. */
const ASK_MS = 10_000;
/** What moves has this long without anything changing. */
const SETTLE_MS = 60_000;

type Asked = Pick<ReadClients, 'swarm' | 'inventory'>;

/**
 * The nodes of the Swarm that go with the machine, and what becomes of their tasks; a Swarm that doesn't answer is left as it is, and named. On a person's
 * word alone a node is left that holds a database: a drain would start it elsewhere while the first one may write to the same data still.
 */
export async function planNodes(
  { swarm, inventory }: Asked,
  { gone, proof }: { readonly gone: ReadonlySet<string>; readonly proof: Proof },
  signal: AbortSignal,
): Promise<Pick<FailoverBasis, 'nodes' | 'nodes_left' | 'swarm_problem'>> {
  const { known, problem } = await knownWithin(
    ASK_MS,
    signal,
    async (ends) => await Promise.all([swarm.nodes(ends), swarm.services(ends)]),
  );
  if (known === null) {
    const absent = problem.code === 'swarm_not_configured';
    return { nodes: [], nodes_left: [], swarm_problem: absent ? null : problem };
  }
  const [nodes, services] = known;
  const isGone = ({ hostname }: NodeView): boolean => gone.has(hostname) || inventory.namesOf(hostname).some((name) => gone.has(name));
  const others = nodes.filter((node) => !isGone(node));
  const found = nodes.filter((node) => isGone(node) && node.availability !== 'drain').map((node) => away(node, services, others));
  const left = proof === 'word' ? found.flatMap((node) => leftOf({ inventory }, node)) : [];
  return { nodes: found.filter(({ node }) => !left.some((each) => each.node === node)), nodes_left: left, swarm_problem: null };
}

function leftOf({ inventory }: Pick<Asked, 'inventory'>, { node, held }: NodeAway): readonly NodeLeft[] {
  const databases = held.filter((service) => inventory.service(service).database);
  return databases.length === 0 ? [] : [{ node, databases }];
}

function away(node: NodeView, services: readonly ServiceView[], others: readonly NodeView[]): NodeAway {
  const held = services.filter(({ id }) => node.load.some(({ service }) => service === id));
  const { moves, stuck } = judgeDrain(node.hostname, held, [node, ...others]);
  return {
    node: node.hostname,
    id: node.id,
    availability: node.availability,
    moves: moves.map(({ service }) => ({ service })),
    stuck: stuck.map(({ service }) => service),
    held: held.map(({ name }) => name).toSorted(),
    settle_ms: SETTLE_MS,
  };
}
