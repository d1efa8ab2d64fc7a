import { VigieError } from '#kernel/errors.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { awaitHa } from './ha.ts';
import { requireMemory } from './move.ts';
import type { Move } from './moves.ts';
import { nodeNamed, quorateNodes } from './nodes.ts';
import { findTask, followTask, leftNothing, type TaskContext, type TaskSuccess } from './task.ts';

type Run = Pick<RunContext<never, 'hypervisor', never>, 'signal' | 'pause' | 'progress' | 'step'> & {
  readonly clients: Pick<Clients, 'hypervisor'>;
};

/**
 * Moves one guest to another machine, and follows it until it is there.
 * @throws node_memory, node_offline, task_failed, guest_ha, guest_not_moved, …
 */
export async function moveGuest({ clients, step, ...context }: Run, move: Move): Promise<TaskSuccess> {
  const { hypervisor } = clients;
  const follow: TaskContext = { ...context, hypervisor };
  const task = await step(`move ${move.vmid}`, 'once', (stepSignal) => begun(clients, move, stepSignal));
  return await step(`follow ${move.vmid}`, 'repeatable', async () => {
    const moved = await followTask(follow, task, { doing: 'migrate', stoppable: true });
    await awaitHa(follow, task, { vmid: move.vmid, reached: ({ node }) => node === move.to });
    const { node } = await hypervisor.guest(String(move.vmid), context.signal);
    if (node !== move.to) throw new VigieError('guest_not_moved', { guest: move.guest, node, to: move.to });
    return moved;
  });
}

/** Looked at again right before: there is room over there. @returns null where it is there already */
async function begun({ hypervisor }: Run['clients'], { vmid, guest, to }: Move, signal: AbortSignal): Promise<string | null> {
  const now = await hypervisor.guest(String(vmid), signal);
  if (now.name !== guest) throw new VigieError('guest_unknown', { guest, nearest: now.name });
  if (now.node === to) return null;
  const target = nodeNamed(await quorateNodes({ hypervisor }, signal), to);
  if (now.state !== 'stopped') requireMemory(target, now.memoryBytes);
  return await hypervisor.migrate(vmid, to, signal);
}

/** Whether a move that was begun took effect: by where the guest is, or by the task that Proxmox remembers. */
export async function verifyMove(
  { hypervisor }: Pick<ReadClients, 'hypervisor'>,
  { vmid, to }: Move,
  startedAt: number,
): Promise<StepFinding> {
  const { node } = await hypervisor.guest(String(vmid));
  if (node === to) return { state: 'done', result: null };
  return await findTask(hypervisor, { vmid, kinds: ['qmigrate', 'vzmigrate', 'hamigrate'], startedAt }, leftNothing);
}
