import { VigieError } from '#kernel/errors.ts';
import type { GuestDetail } from '#ports/hypervisor.ts';
import { isOrder, type TaskContext } from './task.ts';

/** Between two looks at a guest. */
const LOOK_EVERY_MS = 2_000;
/** Proxmox HA acts on orders every ten seconds. A guest that nobody is busy with for so long isn't about to follow. */
const PATIENCE_MS = 300_000;

interface Goal {
  readonly vmid: number;
  readonly reached: (guest: GuestDetail) => boolean;
  /** How long the guest itself may take, by the order, with nothing to be seen of it: shutting down holds no lock. */
  readonly allowedMs?: number;
}

/**
 * To a guest that Proxmox HA manages, a task gives an order, and is over at once: the guest itself follows later. Returns when it has; at
 * once for guests that HA has nothing to do with, whose tasks are the thing itself.
 * @param task null when the effect was found without its task, after a crash
 * @throws guest_ha when it doesn't follow
 */
export async function awaitHa(
  { hypervisor, signal, pause }: TaskContext,
  task: string | null,
  { vmid, reached, allowedMs = 0 }: Goal,
): Promise<void> {
  if (task === null || !isOrder((await hypervisor.task(task, signal)).kind)) return;
  let last: GuestDetail | null = null;
  for (let waitedMs = 0; waitedMs < PATIENCE_MS + allowedMs;) {
    const seen = await look(hypervisor, vmid, signal);
    if (seen !== null && seen.lock === null && reached(seen)) return;
    last = seen ?? last;
    // While Proxmox is busy with it, as long as the operation may take.
    if (seen?.lock == null) waitedMs += LOOK_EVERY_MS;
    await pause(LOOK_EVERY_MS);
  }
  throw new VigieError('guest_ha', { guest: last?.name ?? String(vmid), node: last?.node ?? null, off: last?.state === 'stopped', task });
}

/** It changes its machine meanwhile, and machines may be away for a while. */
async function look(hypervisor: TaskContext['hypervisor'], vmid: number, signal: AbortSignal): Promise<GuestDetail | null> {
  try {
    return await hypervisor.guest(String(vmid), signal);
  } catch (error) {
    if (error instanceof VigieError && ['hypervisor_unreachable', 'node_offline'].includes(error.code)) return null;
    throw error;
  }
}
