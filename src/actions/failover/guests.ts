import type { ReadClients } from '#ports/clients.ts';
import type { HypervisorNode } from '#ports/hypervisor.ts';
import { startAgain } from '../guest/start.ts';
import { knownWithin } from '../unknown.ts';
import type { FailoverBasis, GuestAway, GuestTaken } from './basis.ts';
import { within, type Failing } from './context.ts';
import { stillOff } from './fence.ts';
import { stillReplicated, takerOf, type Cluster } from './takers.ts';

const ASK_MS = 5_000;

type Asked = Pick<ReadClients, 'hypervisor' | 'hosts' | 'power'>;

/** Each guest that was on the machine, and what becomes of it. */
export async function planGuests(
  clients: Asked,
  { node, proof }: Pick<FailoverBasis, 'node' | 'proof'>,
  signal: AbortSignal,
): Promise<readonly GuestAway[]> {
  if (node === null) return [];
  const { known: cluster } = await knownWithin(ASK_MS, signal, (ends) => clusterOf(clients, node.name, ends));
  const found: GuestAway[] = [];
  for (const { name, ha, swarm_node, databases } of node.guests) {
    const elsewhere = node.fencing.includes(name) || (ha && node.quorate_without);
    const taken =
      elsewhere || cluster === null || !node.quorate_without
        ? { taken: null, why: null }
        : proof === 'word'
          ? // A word is too little for disks that two would write to.
            { taken: null, why: 'unproven' as const }
          : await takerOf(clients, cluster, name, signal);
    found.push({ name, swarm_node, databases, elsewhere: elsewhere || taken.taken !== null, ...taken });
  }
  return found;
}

async function clusterOf({ hypervisor, power }: Asked, gone: string, signal: AbortSignal): Promise<Cluster> {
  const [guests, storages, { nodes }] = await Promise.all([
    hypervisor.guests(signal),
    hypervisor.storages(signal),
    hypervisor.cluster(signal),
  ]);
  const hostOf = (name: string): string | null => power.machines().find((machine) => machine.node === name)?.host ?? null;
  const takers = nodes.flatMap((each) => {
    const host = hostOf(each.name);
    return each.name === gone || !each.online || host === null ? [] : [{ node: each.name, host, free: freeOf(each) }];
  });
  return { guests, storages, takers };
}

/** A machine that doesn't say counts as full. */
function freeOf({ memoryBytes, memoryUsedBytes }: HypervisorNode): number {
  return memoryBytes === null || memoryUsedBytes === null ? 0 : memoryBytes - memoryUsedBytes;
}

/** Gives a guest to its new machine and starts it there, while its old one is off for sure. */
export async function takeOver(context: Failing, name: string, taken: GuestTaken): Promise<void> {
  const { clients } = context;
  const step = within(context, `guest/${name}`);
  await step('take', 'repeatable', async (signal) => {
    await stillOff(context);
    await stillReplicated(clients, name, taken, signal);
    const { vmid, kind, from, to, host } = taken;
    await clients.hosts.takeGuest(host, { node: from, kind, vmid }, to, signal);
    return null;
  });
  await startAgain({ ...context, hypervisor: clients.hypervisor }, taken.vmid, step);
}
