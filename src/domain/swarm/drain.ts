import { judgePlacement, type Hindrance, type PlacedService, type PlacementNode } from './placement.ts';

/** A service as the Swarm port gives it. */
export interface DrainedService extends PlacedService {
  readonly name: string;
  /** `global`, and a `job` on each node, end where their node takes none. */
  readonly mode: 'replicated' | 'global' | 'job';
  /** How many are to run; null for one on each node. */
  readonly replicas: number | null;
}

/** Tasks of one service that go elsewhere; `to` is what a fair scheduler would do, not a promise. */
export type Move = { readonly service: string; readonly tasks: number; readonly to: readonly string[] };

/** Tasks of one service that no other node takes, and why. */
export type Stuck = {
  readonly service: string;
  readonly tasks: number;
  readonly why: readonly { readonly node: string; readonly why: Hindrance }[];
  /** Nothing of the service runs any more. */
  readonly down: boolean;
};

/** What becomes of a node's tasks when it takes none any more. */
export interface Drain {
  readonly moves: readonly Move[];
  readonly stuck: readonly Stuck[];
  /** Services with a task on each node: here it ends, and nothing takes its place. */
  readonly ends: readonly string[];
}

/**
 * Where the tasks of a node go, one after the other: to the allowed node with the fewest tasks of their service, as Swarm spreads them.
 * What one service takes is gone for those after it, in the order of their names.
 * @param hostname the node that is drained
 */
export function judgeDrain(hostname: string, services: readonly DrainedService[], nodes: readonly PlacementNode[]): Drain {
  const drained = nodes.find((node) => node.hostname === hostname);
  const others = nodes.filter((node) => node !== drained).map((node) => ({ ...node, load: [...node.load] }));
  const moves: Move[] = [];
  const stuck: Stuck[] = [];
  const ends: string[] = [];
  for (const service of services.toSorted((a, b) => a.name.localeCompare(b.name))) {
    const tasks = (drained?.load ?? []).filter((load) => load.service === service.id).length;
    if (tasks === 0) continue;
    if (service.replicas === null) {
      ends.push(service.name);
      continue;
    }
    const to = Array.from({ length: tasks }, () => place(service, others)).filter((node) => node !== null);
    if (to.length > 0) moves.push({ service: service.name, tasks: to.length, to: [...new Set(to)].toSorted() });
    if (to.length < tasks) stuck.push(stuckOf(service, tasks - to.length, others));
  }
  return { moves, stuck, ends };
}

type Filling = Omit<PlacementNode, 'load'> & { load: PlacementNode['load'][number][] };

/** @returns the node's name, or null where none takes it; a node that does is fuller afterwards */
function place(service: DrainedService, nodes: readonly Filling[]): string | null {
  const load = (node: Filling): number => node.load.filter((each) => each.service === service.id).length;
  const [best] = nodes.filter((node) => hindrances(service, [node]).length === 0).toSorted((a, b) => load(a) - load(b));
  if (best === undefined) return null;
  const { memoryBytes, nanoCpus, hostPorts } = service.needs;
  best.load.push({ service: service.id, memoryBytes, nanoCpus, hostPorts });
  return best.hostname;
}

function hindrances(service: DrainedService, nodes: readonly PlacementNode[]) {
  return judgePlacement(service, { kind: 'more', tasks: 1 }, nodes).hindered;
}

function stuckOf(service: DrainedService, tasks: number, others: readonly Filling[]): Stuck {
  const elsewhere = others.some(({ load }) => load.some((each) => each.service === service.id));
  return { service: service.name, tasks, why: hindrances(service, others), down: !elsewhere };
}

interface ManagingNode {
  readonly id: string;
  readonly role: string;
  readonly state: string;
}

/** A manager beside which none is ready: with it away the Swarm can't be changed. */
export function isLastManager(node: ManagingNode, nodes: readonly ManagingNode[]): boolean {
  return node.role === 'manager' && !nodes.some(({ id, role, state }) => id !== node.id && role === 'manager' && state === 'ready');
}

/** What starts on a node once it takes tasks again. */
export type Returning = {
  /** Services that have a task on each node. */
  readonly each_node: readonly string[];
  /** Services that lack tasks which it would take. */
  readonly waiting: readonly string[];
};

/** What a node may get once it takes tasks again, by what it has room for. */
export function returning(node: PlacementNode, services: readonly (DrainedService & { readonly running: number })[]): Returning {
  const active: PlacementNode = { ...node, availability: 'active', state: 'ready' };
  const taken = services.filter((service) => hindrances(service, [active]).length === 0);
  return {
    each_node: taken
      .filter(({ mode }) => mode === 'global')
      .map(({ name }) => name)
      .toSorted(),
    waiting: taken
      .filter(({ mode, replicas, running }) => mode === 'replicated' && running < (replicas ?? 0))
      .map(({ name }) => name)
      .toSorted(),
  };
}
