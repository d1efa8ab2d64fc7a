import { VigieError } from '#kernel/errors.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { GuestDetail, HypervisorReader } from '#ports/hypervisor.ts';
import type { StepFinding } from '../definition.ts';
import { guestToChange } from './guest.ts';
import { CLOCK_SKEW_MS, findTask, type TaskContext } from './task.ts';

/** Between two looks at a guest. */
const LOOK_EVERY_MS = 2_000;
/** Proxmox starts it right after it has shut down; Proxmox HA may be the one who does, at its next round. */
const PATIENCE_MS = 120_000;

/**
 * As `guestToChange`; people used to say `reboot` of services: who means one is told how.
 * @throws guest_is_service, and what `guestToChange` throws
 */
export async function guestToReboot(
  clients: Pick<ReadClients, 'hypervisor' | 'self' | 'swarm'>,
  word: string,
  signal: AbortSignal,
): Promise<GuestDetail> {
  try {
    return await guestToChange(clients, word, signal);
  } catch (error) {
    if (error instanceof VigieError && error.code === 'guest_unknown' && (await isService(clients, word, signal)))
      throw new VigieError('guest_is_service', { service: word }, error);
    throw error;
  }
}

/** False where nobody can tell: the guest is what was asked for. */
async function isService({ swarm }: Pick<ReadClients, 'swarm'>, word: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await swarm.services(signal)).some(({ name }) => name === word);
  } catch (error) {
    if (error instanceof VigieError) return false;
    throw error;
  }
}

/**
 * Waits until a guest runs that has started since it was told to. While its machine doesn't answer nobody can tell.
 * @param at when it was told to, in milliseconds since the epoch
 * @throws guest_not_back when it doesn't come back
 */
export async function awaitReboot(
  { hypervisor, signal, pause }: TaskContext,
  { self }: Pick<ReadClients, 'self'>,
  { vmid, at, task }: { readonly vmid: number; readonly at: number; readonly task: string },
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const guest = await look(hypervisor, vmid, signal);
    const startedAt = guest?.uptimeMs == null ? 0 : self.now() - guest.uptimeMs;
    if (guest?.state === 'running' && startedAt >= at - CLOCK_SKEW_MS) return;
    if (waitedMs >= PATIENCE_MS)
      throw new VigieError('guest_not_back', { guest: guest?.name ?? String(vmid), off: guest?.state === 'stopped', task });
    await pause(LOOK_EVERY_MS);
  }
}

async function look(hypervisor: HypervisorReader, vmid: number, signal: AbortSignal): Promise<GuestDetail | null> {
  try {
    return await hypervisor.guest(String(vmid), signal);
  } catch (error) {
    if (error instanceof VigieError && ['hypervisor_unreachable', 'node_offline'].includes(error.code)) return null;
    throw error;
  }
}

/** Whether it was told to, by the task that Proxmox remembers. */
export async function verifyReboot(hypervisor: HypervisorReader, vmid: number, startedAt: number): Promise<StepFinding> {
  const found = await findTask(hypervisor, { vmid, kinds: ['qmreboot', 'vzreboot'], startedAt });
  return found.state === 'done' ? { state: 'done', result: { task: found.result, at: startedAt } } : found;
}
