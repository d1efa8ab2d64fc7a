import { problemOf, VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { parseProxmoxTarget } from '#domain/alert/probe-target.ts';
import type { ClusterView, GuestView, HypervisorReader } from '#ports/hypervisor.ts';
import type { Way } from '#ports/prober.ts';
import { ProbeFailure } from './walk.ts';

type Source = Pick<HypervisorReader, 'cluster' | 'guests'>;

/**
 * Whether a machine of the cluster, or each with `*`, is online and the cluster has quorum; or whether a guest runs.
 * @throws ProbeFailure
 */
export async function walkProxmox(way: Way, hypervisor: Source, deadline: AbortSignal): Promise<void> {
  const { what, name } = parseProxmoxTarget(way.target) ?? { what: 'node', name: way.target };
  way.enter('proxmox');
  if (what === 'guest') {
    const guests = await answered(way, hypervisor.guests(deadline), deadline);
    way.enter('guest');
    return judgeGuest(way.target, name, guests);
  }
  const cluster = await answered(way, hypervisor.cluster(deadline), deadline);
  if (!cluster.quorate) throw new ProbeFailure({ code: 'hypervisor_no_quorum', params: {} }, 'no quorum');
  way.enter('node');
  judgeNodes(way.target, name, cluster);
}

/** Where the way to Proxmox leads over SSH and breaks there, that is the hop. */
async function answered<T>(way: Way, asked: Promise<T>, deadline: AbortSignal): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    deadline.throwIfAborted();
    if (!(error instanceof VigieError)) throw error;
    if (error.code.startsWith('ssh_')) way.enter('ssh');
    throw new ProbeFailure(problemOf(error), String(error.params['reason'] ?? error.code));
  }
}

function judgeNodes(target: string, name: string, { nodes }: ClusterView): void {
  const meant = nodes.filter((node) => name === '*' || node.name === name);
  if (meant.length === 0) {
    const names = nodes.map((node) => node.name);
    throw new ProbeFailure({ code: 'node_unknown', params: { node: name, nearest: nearest(name, names) } }, 'no such node');
  }
  const away = meant.find(({ online }) => !online);
  if (away === undefined) return;
  const params = { target, node: away.name, state: 'offline', availability: 'active' };
  throw new ProbeFailure({ code: 'probe_node', params }, `${away.name}: offline`);
}

function judgeGuest(target: string, word: string, guests: readonly GuestView[]): void {
  const meant = guests.filter(({ vmid, name }) => name === word || String(vmid) === word);
  if (meant.length === 0) {
    const names = guests.map(({ name }) => name);
    throw new ProbeFailure({ code: 'guest_unknown', params: { guest: word, nearest: nearest(word, names) } }, 'no such guest');
  }
  const off = meant.find(({ state }) => state !== 'running');
  if (off === undefined) return;
  const { name: guest, state, node } = off;
  throw new ProbeFailure({ code: 'probe_guest', params: { target, guest, state, node } }, `${guest}: ${state} on ${node}`);
}
