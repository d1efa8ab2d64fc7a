import type { Replication } from '#ports/hypervisor.ts';
import { REPLICATIONS } from './answers.ts';
import type { Client } from './client.ts';
import { requireOnline } from './cluster-view.ts';
import { guestOf } from './guests.ts';

/** Jobs of a guest, as its machine has them: that one alone knows how they went. @throws guest_unknown, node_offline */
export async function replicationsOf(client: Client, vmid: number, signal?: AbortSignal): Promise<readonly Replication[]> {
  const { node } = await guestOf(client, vmid, signal);
  await requireOnline(client, node, signal);
  const jobs = await client.read(REPLICATIONS, { path: ['nodes', node, 'replication'], params: { guest: vmid } }, signal, { node });
  return jobs
    .filter(({ guest, disable }) => guest === vmid && !disable)
    .map(({ id, target, last_sync: synced, fail_count: failures, error }) => ({
      id,
      target,
      syncedAt: synced === 0 ? null : Math.round(synced * 1_000),
      failures,
      problem: error ?? null,
    }));
}

/** @throws guest_unknown, node_offline, hypervisor_no_quorum, hypervisor_forbidden */
export async function replicateNow(client: Client, vmid: number, id: string, signal?: AbortSignal): Promise<void> {
  const { node } = await guestOf(client, vmid, signal);
  await requireOnline(client, node, signal);
  await client.tell({ method: 'POST', path: ['nodes', node, 'replication', id, 'schedule_now'] }, signal, { node });
}
