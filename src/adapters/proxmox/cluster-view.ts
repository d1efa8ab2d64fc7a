import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ClusterView, HaGuest } from '#ports/hypervisor.ts';
import { CLUSTER_STATUS, HA_STATUS, NODES, PERMISSIONS } from './answers.ts';
import { type Client, isQuorate } from './client.ts';
import { holds, type Right, type Rights } from './rights.ts';

export async function clusterView(client: Client, signal?: AbortSignal): Promise<ClusterView> {
  const status = await client.read(CLUSTER_STATUS, { path: ['cluster', 'status'] }, signal);
  const figures = new Map((await client.read(NODES, { path: ['nodes'] }, signal)).map((node) => [node.node, node]));
  return {
    name: status.find(({ type }) => type === 'cluster')?.name ?? null,
    quorate: isQuorate(status),
    nodes: status
      .filter(({ type }) => type === 'node')
      .map(({ name, online = false }) => {
        const { uptime, maxmem, mem } = figures.get(name) ?? {};
        const figure = (value: number | undefined, scale = 1): number | null => (online && value !== undefined ? value * scale : null);
        return { name, online, uptimeMs: figure(uptime, 1000), memoryBytes: figure(maxmem), memoryUsedBytes: figure(mem) };
      })
      .toSorted((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

/** `vm:101`, `ct:102`. */
const SID = /^(?:vm|ct):(\d{1,9})$/u;

/** The rows of services: those of quorum and machines are there without any HA. */
export async function haGuests(client: Client, signal?: AbortSignal): Promise<readonly HaGuest[]> {
  const rows = await client.read(HA_STATUS, { path: ['cluster', 'ha', 'status', 'current'] }, signal);
  return rows.flatMap(({ type, sid = '', node = '', state, crm_state: decided }) => {
    const [, vmid] = SID.exec(sid) ?? [];
    return type !== 'service' || vmid === undefined ? [] : [{ vmid: Number(vmid), node, state: decided ?? state ?? 'unknown' }];
  });
}

export async function onlineNodes(client: Client, signal?: AbortSignal): Promise<readonly string[]> {
  const status = await client.read(CLUSTER_STATUS, { path: ['cluster', 'status'] }, signal);
  return status.filter(({ type, online }) => type === 'node' && online === true).map(({ name }) => name);
}

/** @throws node_unknown, node_offline */
export async function requireOnline(client: Client, name: string, signal?: AbortSignal): Promise<void> {
  const { nodes } = await clusterView(client, signal);
  const node = nodes.find((each) => each.name === name);
  const names = nodes.map((each) => each.name);
  if (node === undefined) throw new VigieError('node_unknown', { node: name, nearest: nearest(name, names) });
  if (!node.online) throw new VigieError('node_offline', { node: name });
}

export async function rightsOf(client: Client, signal?: AbortSignal): Promise<Rights> {
  return await client.read(PERMISSIONS, { path: ['access', 'permissions'] }, signal);
}

/**
 * An empty list is what Proxmox shows to who may not see what is in it: it is believed only from who may.
 * @throws hypervisor_forbidden
 */
export async function believeEmpty(client: Client, rights: readonly Right[], signal?: AbortSignal): Promise<void> {
  const held = await rightsOf(client, signal);
  const missing = rights.filter((right) => !holds(held, right));
  const host = client.ways.map((way) => way.host).join(', ');
  if (missing.length > 0) throw new VigieError('hypervisor_forbidden', { host, missing: missing.join(', ') });
}
