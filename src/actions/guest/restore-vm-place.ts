import { VigieError } from '#kernel/errors.ts';
import { namedAfter } from '#domain/hypervisor/guest-name.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { HypervisorNode } from '#ports/hypervisor.ts';
import { guestToChange } from './guest.ts';
import { requireMemory } from './move.ts';
import { requireMayGoOff } from './off.ts';
import type { SavedGuest } from './restore-choice.ts';
import { SHUTDOWN_MS } from './shut-down.ts';

/** The guest whose place is taken: it stays, off, under its own number and another name. */
export type PlaceTaken = {
  readonly kept: string;
  readonly node: string;
  readonly digest: string;
  readonly running: boolean;
  /** How long it may take to shut down, in milliseconds. */
  readonly patience: number;
  readonly on_boot: boolean;
  /** Its cards whose cables are in. */
  readonly linked: readonly string[];
  readonly swarm_node: string | null;
  readonly manager: boolean;
  readonly databases: boolean;
};

interface Taking {
  readonly operation: string;
  /** Where the new one is. */
  readonly node: HypervisorNode;
  /** Its memory, in bytes. */
  readonly needed: number;
}

/**
 * Whether a restored VM may take a guest's place: nothing depends on it that can't do without, and Proxmox HA, which goes by numbers, has nothing to do with it.
 * @throws restore_vm_gone, restore_vm_ha, node_memory, and as `guestToChange` and `requireMayGoOff`
 */
export async function planPlace(
  clients: Pick<ReadClients, 'hypervisor' | 'inventory' | 'swarm' | 'self'>,
  { name, live }: SavedGuest,
  { operation, node, needed }: Taking,
  signal: AbortSignal,
): Promise<PlaceTaken> {
  const { hypervisor } = clients;
  if (live === null) throw new VigieError('restore_vm_gone', { guest: name });
  if ((await hypervisor.ha(signal)).some(({ vmid }) => vmid === live.vmid)) throw new VigieError('restore_vm_ha', { guest: name });
  const target = await guestToChange(clients, String(live.vmid), signal);
  const { swarm_node, manager, databases } = await requireMayGoOff(clients, target, { goesBack: true }, signal);
  const running = target.state !== 'stopped';
  // What the live one leaves is there by then, where it is on the same machine.
  if (running) requireMemory(node, Math.max(0, needed - (target.node === node.name ? target.memoryBytes : 0)));
  const { onBoot, cards } = await hypervisor.setup(target.vmid, signal);
  return {
    kept: namedAfter(name, `-before-${operation}`),
    node: target.node,
    digest: target.digest,
    running,
    patience: SHUTDOWN_MS,
    on_boot: onBoot,
    linked: cards.filter(({ linked }) => linked).map(({ key }) => key),
    swarm_node,
    manager,
    databases,
  };
}
