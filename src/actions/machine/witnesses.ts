import type { Problem } from '#kernel/errors.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestView, HaGuest } from '#ports/hypervisor.ts';
import type { MachineFacts } from '#ports/power.ts';
import { knownWithin } from '../unknown.ts';

/** What each of those may take who are asked about a machine. */
export const ASK_MS = 5_000;
const PING_MS = 3_000;

/** Whether somebody is answered: null where there is no way to ask. */
export type Answers = boolean | null;

/** A guest that runs on a machine, for its plan. */
export type GuestThere = {
  readonly name: string;
  /** HA starts it on another machine once this one is proven off. */
  readonly ha: boolean;
  readonly swarm_node: string | null;
  readonly brick: boolean;
  readonly databases: boolean;
};

/** What Proxmox says of a machine that is one of its nodes. */
export type NodeSeen = {
  readonly name: string;
  readonly online: boolean;
  /** Guests that run there, as far as Proxmox knows. */
  readonly guests: readonly GuestThere[];
  readonly quorate: boolean;
  /** Whether the cluster keeps its quorum without this machine. */
  readonly quorate_without: boolean;
  /** HA is proving this machine off, or giving its guests away: their names. */
  readonly fencing: readonly string[];
};

export interface Witnesses {
  readonly ping: Answers;
  readonly ssh: Answers;
  /** Null where it is none of Proxmox's nodes, or Proxmox doesn't say. */
  readonly node: NodeSeen | null;
  /** Why Proxmox doesn't say, where it should. */
  readonly nodeProblem: Problem | null;
}

type Asked = Pick<ReadClients, 'hosts' | 'hypervisor' | 'prober' | 'inventory'>;

/** Who answers for a machine now, all asked at once: one that hangs holds up nobody. */
export async function witnessesOf(clients: Asked, facts: MachineFacts, signal: AbortSignal): Promise<Witnesses> {
  const [ping, ssh, node] = await Promise.all([
    pings(clients, facts, signal),
    answersSsh(clients, facts, signal),
    nodeOf(clients, facts, signal),
  ]);
  return { ping, ssh, ...node };
}

async function pings({ prober }: Asked, { address }: MachineFacts, signal: AbortSignal): Promise<Answers> {
  if (address === null) return null;
  const asked = (ends: AbortSignal) => prober.probe({ kind: 'ping', target: address, timeoutMs: PING_MS, expect: {} }, ends);
  const { known } = await knownWithin(ASK_MS, signal, asked);
  // This vigie can't ping: nothing is known by that.
  return known?.ok ?? null;
}

async function answersSsh({ hosts }: Asked, { host }: MachineFacts, signal: AbortSignal): Promise<Answers> {
  if (host === null) return null;
  const { problem } = await knownWithin(ASK_MS, signal, (ends) => hosts.fileSystems(host, ends));
  // Whatever it says to the question, it was reached.
  return (
    problem === null || !['ssh_unreachable', 'ssh_host_key', 'no_answer', 'host_unknown', 'hosts_not_configured'].includes(problem.code)
  );
}

async function nodeOf(clients: Asked, { node }: MachineFacts, signal: AbortSignal): Promise<Pick<Witnesses, 'node' | 'nodeProblem'>> {
  if (node === null) return { node: null, nodeProblem: null };
  const { known, problem } = await knownWithin(ASK_MS, signal, async (ends) => await lookAtNode(clients, node, ends));
  return { node: known, nodeProblem: problem };
}

async function lookAtNode({ hypervisor, inventory }: Asked, node: string, signal: AbortSignal): Promise<NodeSeen | null> {
  const [cluster, all, protectedGuests] = await Promise.all([hypervisor.cluster(signal), hypervisor.guests(signal), hypervisor.ha(signal)]);
  const seen = cluster.nodes.find(({ name }) => name === node);
  if (seen === undefined) return null;
  const there = all.filter((guest) => guest.node === node && !guest.template);
  // Of a machine that is offline Proxmox doesn't know whether they run: they may.
  const running = there.filter(({ state }) => state === 'running' || state === 'unknown');
  const online = cluster.nodes.filter((each) => each.online).length;
  const without = seen.online ? online - 1 : online;
  return {
    name: node,
    online: seen.online,
    guests: running.map((guest) => guestThere(guest, protectedGuests, inventory)),
    quorate: cluster.quorate,
    // Of one that is offline the cluster itself says so: somebody beside its machines may vote, too.
    quorate_without: cluster.quorate && (!seen.online || cluster.nodes.length === 1 || without * 2 > cluster.nodes.length),
    fencing: fencedOn(node, all, protectedGuests),
  };
}

function guestThere({ vmid, name }: GuestView, ha: readonly HaGuest[], inventory: Asked['inventory']): GuestThere {
  const { swarmNode, brick, databases } = inventory.guest(name);
  return { name, ha: ha.some((each) => each.vmid === vmid), swarm_node: swarmNode, brick, databases };
}

/** `fence` until the machine is proven off, `recovery` until its guests are given to another one. */
function fencedOn(node: string, guests: readonly GuestView[], ha: readonly HaGuest[]): readonly string[] {
  return ha
    .filter((each) => each.node === node && ['fence', 'recovery'].includes(each.state))
    .map(({ vmid }) => guests.find((guest) => guest.vmid === vmid)?.name ?? String(vmid));
}
