import { VigieError } from '#kernel/errors.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestDetail } from '#ports/hypervisor.ts';
import type { GuestFacts } from '#ports/inventory.ts';

/** What else goes away with a guest that may go off, for its plan. */
export type OffRisks = {
  readonly swarm_node: string | null;
  /** The Swarm can't be changed while it is off. */
  readonly manager: boolean;
  readonly brick: boolean;
  readonly databases: boolean;
};

/**
 * Whether a guest may be switched off, or go back in time. A Swarm node is drained first; a brick of GlusterFS and data of databases are
 * refused while services may be using them, and a brick never goes back in time: its other half wouldn't know.
 * @throws guest_brick, guest_swarm_node, guest_databases; swarm_* when nobody can tell
 */
export async function requireMayGoOff(
  clients: Pick<ReadClients, 'swarm' | 'inventory'>,
  guest: GuestDetail,
  { goesBack }: { readonly goesBack: boolean },
  signal: AbortSignal,
): Promise<OffRisks> {
  const facts = clients.inventory.guest(guest.name);
  if (facts.brick && goesBack) throw new VigieError('guest_brick', { guest: guest.name });
  const drained = await drainedNode(clients, guest, facts, signal);
  if (facts.brick && drained === null) throw new VigieError('guest_brick', { guest: guest.name });
  if (facts.databases && drained === null) throw new VigieError('guest_databases', { guest: guest.name });
  return { swarm_node: facts.swarmNode, manager: drained?.manager ?? false, brick: facts.brick, databases: facts.databases };
}

/** Its Swarm node, drained; null when it is none. A guest that is off runs no task. */
async function drainedNode(
  clients: Pick<ReadClients, 'swarm'>,
  guest: GuestDetail,
  { swarmNode }: GuestFacts,
  signal: AbortSignal,
): Promise<{ readonly manager: boolean } | null> {
  if (swarmNode === null) return null;
  const nodes = await clients.swarm.nodes(signal);
  const node = nodes.find(({ hostname }) => hostname === swarmNode);
  const drained = node?.availability === 'drain';
  if (!drained && guest.state !== 'stopped')
    throw new VigieError('guest_swarm_node', { guest: guest.name, node: swarmNode, availability: node?.availability ?? 'unknown' });
  return { manager: node?.role === 'manager' };
}
