import { byName } from '#kernel/by-name.ts';
import type { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { GuestDetail, GuestView } from '#ports/hypervisor.ts';
import { ANYTHING, CONFIG, CURRENT, GUESTS } from './answers.ts';
import type { Client } from './client.ts';
import { believeEmpty } from './cluster-view.ts';
import { agentConfigured, disksOf } from './guest-config.ts';

/** Templates included; sorted by vmid. @throws hypervisor_forbidden for an empty list that isn't to be believed */
export async function guestViews(client: Client, signal?: AbortSignal): Promise<readonly GuestView[]> {
  const guests = await client.read(GUESTS, { path: ['cluster', 'resources'], params: { type: 'vm' } }, signal);
  if (guests.length === 0) await believeEmpty(client, ['VM.Audit'], signal);
  return guests.map(guestView).toSorted((one, other) => one.vmid - other.vmid);
}

function guestView({ vmid, name, node, type, status, uptime, maxmem, template, lock }: z.output<typeof GUESTS>[number]): GuestView {
  const state = stateOf(status, undefined);
  return {
    vmid,
    name: name ?? String(vmid),
    node,
    kind: type,
    state,
    uptimeMs: uptimeOf(state, uptime),
    memoryBytes: maxmem,
    template,
    lock: lockOf(lock),
  };
}

function stateOf(status: string, machine: string | undefined): GuestView['state'] {
  if (status === 'running') return machine === 'paused' || machine === 'suspended' ? 'paused' : 'running';
  return status === 'stopped' || status === 'paused' ? status : 'unknown';
}

function uptimeOf(state: GuestView['state'], uptime: number | undefined): number | null {
  return state === 'running' && uptime !== undefined ? uptime * 1000 : null;
}

function lockOf(lock: string | null | undefined): string | null {
  return lock === undefined || lock === '' ? null : lock;
}

/** @param word a name or a vmid @throws guest_unknown, guest_ambiguous */
export function guestNamed(guests: readonly GuestView[], word: string): GuestView {
  const named = guests.filter(({ vmid, name }) => String(vmid) === word || name === word);
  const alike = named.length > 0 ? undefined : byName(guests, word, ({ name }) => [name]);
  const [found, ...more] = alike === undefined ? named : [alike];
  if (found === undefined) {
    const names = guests.map(({ name }) => name);
    throw new VigieError('guest_unknown', { guest: word, nearest: nearest(word, names) });
  }
  if (more.length > 0) throw new VigieError('guest_ambiguous', { guest: word, vmids: [found, ...more].map(({ vmid }) => vmid) });
  return found;
}

/** @throws guest_unknown */
export async function guestOf(client: Client, vmid: number, signal?: AbortSignal): Promise<GuestView> {
  const found = (await guestViews(client, signal)).find((guest) => guest.vmid === vmid);
  if (found === undefined) throw new VigieError('guest_unknown', { guest: String(vmid), nearest: null });
  return found;
}

/** Where the API keeps a guest. */
export function pathOf({ node, kind, vmid }: GuestView, ...below: readonly string[]): readonly string[] {
  return ['nodes', node, kind, String(vmid), ...below];
}

/** How a guest is this very moment: the list of the cluster is up to ten seconds old. @throws node_offline */
export async function currentView(client: Client, guest: GuestView, signal?: AbortSignal): Promise<GuestView> {
  const about = { guest: guest.name, node: guest.node };
  const now = await client.read(CURRENT, { path: pathOf(guest, 'status', 'current') }, signal, about);
  const state = stateOf(now.status, now.qmpstatus);
  return { ...guest, state, uptimeMs: uptimeOf(state, now.uptime), lock: lockOf(now.lock) };
}

/** Long enough for an agent that is busy; one that is away is known at once or after Proxmox's own three seconds. */
const AGENT_MS = 5_000;

export async function guestDetail(client: Client, word: string, signal?: AbortSignal): Promise<GuestDetail> {
  const listed = guestNamed(await guestViews(client, signal), word);
  const about = { guest: listed.name, node: listed.node };
  const [guest, config] = await Promise.all([
    currentView(client, listed, signal),
    client.read(CONFIG, { path: pathOf(listed, 'config'), params: { current: 1 } }, signal, about),
  ]);
  return { ...guest, agent: await agentOf(client, guest, config, signal), digest: config.digest, disks: disksOf(config) };
}

/** Whether a snapshot can freeze the guest's file systems. Nobody may be asked is as good as no answer: no freeze is promised. */
async function agentOf(
  client: Client,
  guest: GuestView,
  config: z.output<typeof CONFIG>,
  signal?: AbortSignal,
): Promise<GuestDetail['agent']> {
  if (guest.kind !== 'qemu' || !agentConfigured(config['agent'])) return 'absent';
  if (guest.state !== 'running') return 'silent';
  const short = AbortSignal.timeout(AGENT_MS);
  try {
    const either = signal === undefined ? short : AbortSignal.any([signal, short]);
    await client.read(ANYTHING, { path: pathOf(guest, 'agent', 'info') }, either, { guest: guest.name, node: guest.node });
    return 'answers';
  } catch (error) {
    signal?.throwIfAborted();
    if (short.aborted || error instanceof VigieError) return 'silent';
    throw error;
  }
}
