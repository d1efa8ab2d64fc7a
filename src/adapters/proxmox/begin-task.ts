import { VigieError } from '#kernel/errors.ts';
import type { Client } from './client.ts';
import type { Request } from './way.ts';

/**
 * Starts something that Proxmox does in a task.
 * @param about what it is done to, for errors
 * @returns the task's id
 * @throws hypervisor_unreachable when Proxmox took it and gave no UPID: what it began is among the guest's tasks
 */
export async function beginTask(
  client: Client,
  request: Request & { method: 'POST' | 'DELETE' },
  { guest, node }: { readonly guest: string; readonly node: string },
  signal?: AbortSignal,
): Promise<string> {
  const id = await client.write(request, signal, { guest, node });
  if (id === null) throw new VigieError('hypervisor_unreachable', { host: node, reason: 'it named no task' });
  return id;
}
