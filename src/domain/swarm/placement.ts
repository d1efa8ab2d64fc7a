import { type ConstrainedNode, meetsConstraint } from './constraint.ts';

interface Load {
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  readonly hostPorts: readonly string[];
}

/** A node as the Swarm port gives it, and what is meant to run on it. */
export interface PlacementNode extends ConstrainedNode {
  readonly availability: 'active' | 'pause' | 'drain';
  readonly state: string;
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  readonly load: readonly (Load & { readonly service: string })[];
}

/** A service as the Swarm port gives it. */
export interface PlacedService {
  readonly id: string;
  readonly constraints: readonly string[];
  readonly needs: Load & { readonly platforms: readonly string[]; readonly maxPerNode: number };
}

/** What is to be placed: new tasks in the place of all the old ones, one on each node, or so many more. */
export type Wanted =
  | { readonly kind: 'replace'; readonly tasks: number; readonly order: 'stop-first' | 'start-first' }
  | { readonly kind: 'each-node'; readonly order: 'stop-first' | 'start-first' }
  | { readonly kind: 'more'; readonly tasks: number };

/** Why a node takes no new task. */
export type Hindrance = 'constraint' | 'platform' | 'down' | 'drain' | 'pause' | 'memory' | 'cpus' | 'port' | 'full';

export interface Placement {
  /** Why it can't go on, node by node; empty when it can. */
  readonly hindered: readonly { readonly node: string; readonly why: Hindrance }[];
  /** There would be room if the old tasks stopped first. */
  readonly stopFirstWould: boolean;
  /** How many of the wanted tasks have room at the same time, where that is fewer than are wanted; null: all of them. */
  readonly room: number | null;
}

/** What a node that no need limits takes: as good as any number. */
const PLENTY = 10_000;
/** Nodes that a service on each node is none of, or that have nothing of it to replace. */
const NOT_MEANT: ReadonlySet<Hindrance | null> = new Set(['constraint', 'platform', 'down', 'drain', 'pause']);

/**
 * Whether Swarm's scheduler will find a place for new tasks, by what is known now: the nodes' state, constraints, platforms, reserved
 * memory and processors, ports of the node itself, and the most on one node.
 */
export function judgePlacement(service: PlacedService, wanted: Wanted, nodes: readonly PlacementNode[]): Placement {
  const oldStays = wanted.kind === 'more' || wanted.order === 'start-first';
  const first = nodes.map((node) => roomOn(node, service, oldStays));
  const alone = nodes.map((node) => roomOn(node, service, false));
  const goesOn = wanted.kind !== 'each-node' && (wanted.tasks === 0 || total(first) > 0);
  const stuck = wanted.kind === 'each-node' ? stuckOf(first) : first;
  const hindered = goesOn ? [] : stuck.flatMap(({ node, why }) => (why === null ? [] : [{ node, why }]));
  const room = total(wanted.kind === 'more' ? first : alone);
  return {
    hindered,
    stopFirstWould: oldStays && wanted.kind !== 'more' && total(alone) > 0,
    room: wanted.kind !== 'each-node' && hindered.length === 0 && room < wanted.tasks ? room : null,
  };
}

interface Room {
  readonly node: string;
  readonly room: number;
  readonly why: Hindrance | null;
}

/** Of a service on each node one node without room holds up all; where no node is meant for it, all of them say why. */
function stuckOf(rooms: readonly Room[]): readonly Room[] {
  const meant = rooms.filter(({ why }) => !NOT_MEANT.has(why));
  return meant.length === 0 ? rooms : meant.filter(({ room }) => room === 0);
}

function total(rooms: readonly Room[]): number {
  return rooms.reduce((sum, { room }) => sum + room, 0);
}

/** How many tasks a node takes. @param oldStays what the service has on it now stays there */
function roomOn(node: PlacementNode, { id, constraints, needs }: PlacedService, oldStays: boolean): Room {
  const load = node.load.filter(({ service }) => oldStays || service !== id);
  const own = load.filter(({ service }) => service === id).length;
  const used = new Set(load.flatMap(({ hostPorts }) => hostPorts));
  const limits: readonly (readonly [Hindrance, number])[] = [
    ['constraint', constraints.every((constraint) => meetsConstraint(node, constraint)) ? PLENTY : 0],
    ['platform', needs.platforms.length === 0 || node.platform === null || needs.platforms.includes(node.platform) ? PLENTY : 0],
    ['down', node.state === 'ready' ? PLENTY : 0],
    [node.availability === 'drain' ? 'drain' : 'pause', node.availability === 'active' ? PLENTY : 0],
    [
      'memory',
      times(
        node.memoryBytes,
        needs.memoryBytes,
        load.map(({ memoryBytes }) => memoryBytes),
      ),
    ],
    [
      'cpus',
      times(
        node.nanoCpus,
        needs.nanoCpus,
        load.map(({ nanoCpus }) => nanoCpus),
      ),
    ],
    ['port', needs.hostPorts.length === 0 ? PLENTY : needs.hostPorts.some((port) => used.has(port)) ? 0 : 1],
    ['full', needs.maxPerNode === 0 ? PLENTY : Math.max(0, needs.maxPerNode - own)],
  ];
  const [why] = limits.find(([, room]) => room === 0) ?? [null];
  return { node: node.hostname, room: Math.min(...limits.map(([, room]) => room)), why };
}

/** How often a need fits into what is left. A node that doesn't say what it has limits nothing. */
function times(has: number, need: number, taken: readonly number[]): number {
  if (need === 0 || has === 0) return PLENTY;
  const left = has - taken.reduce((sum, each) => sum + each, 0);
  return Math.max(0, Math.floor(left / need));
}
