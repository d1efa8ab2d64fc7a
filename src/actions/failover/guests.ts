import { needsOf } from '#domain/hypervisor/settings.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestView, HypervisorNode, StorageView } from '#ports/hypervisor.ts';
import { startAgain } from '../guest/start.ts';
import { knownWithin } from '../unknown.ts';
import type { FailoverBasis, GuestAway, GuestTaken } from './basis.ts';
import { within, type Failing } from './context.ts';
import { stillOff } from './fence.ts';

const ASK_MS = 5_000;

type Asked = Pick<ReadClients, 'hypervisor' | 'hosts' | 'power'>;

interface Cluster {
  readonly guests: readonly GuestView[];
  readonly storages: readonly StorageView[];
  /** Machines that could take guests, each with its name among `hosts` and the memory that is left. */
  readonly takers: readonly { readonly node: string; readonly host: string; free: number }[];
}

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

/** A guest goes where its disks are as well: on storages that both machines share. One that nobody starts by itself is left where it is. */
async function takerOf({ hosts }: Asked, cluster: Cluster, name: string, signal: AbortSignal): Promise<Pick<GuestAway, 'taken' | 'why'>> {
  const guest = cluster.guests.find((each) => each.name === name);
  const [first] = cluster.takers;
  if (guest === undefined || first === undefined) return { taken: null, why: null };
  const { vmid, kind, node: from, memoryBytes } = guest;
  const place = { node: from, kind, vmid };
  const { known } = await knownWithin(ASK_MS, signal, (ends) => hosts.guestSettings(first.host, place, ends));
  if (known === null) return { taken: null, why: null };
  const { onBoot, storages, bound } = needsOf(known);
  if (!onBoot) return { taken: null, why: 'unwanted' };
  if (bound.length > 0) return { taken: null, why: 'bound' };
  const shared = cluster.takers.filter(({ node }) => storages.every((storage) => isShared(cluster.storages, storage, node)));
  if (shared.length === 0) return { taken: null, why: 'local' };
  const taker = shared.find(({ free }) => free >= memoryBytes);
  if (taker === undefined) return { taken: null, why: 'memory' };
  taker.free -= memoryBytes;
  return { taken: { vmid, kind, from, to: taker.node, host: taker.host }, why: null };
}

function isShared(storages: readonly StorageView[], name: string, node: string): boolean {
  return storages.some((each) => each.name === name && each.node === node && each.shared && each.active);
}

/** Gives a guest to its new machine and starts it there, while its old one is off for sure. */
export async function takeOver(context: Failing, name: string, taken: GuestTaken): Promise<void> {
  const { clients } = context;
  const step = within(context, `guest/${name}`);
  await step('take', 'repeatable', async (signal) => {
    await stillOff(context);
    const { vmid, kind, from, to, host } = taken;
    await clients.hosts.takeGuest(host, { node: from, kind, vmid }, to, signal);
    return null;
  });
  await startAgain({ ...context, hypervisor: clients.hypervisor }, taken.vmid, step);
}
