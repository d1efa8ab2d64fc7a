import type { HypervisorReader } from '#ports/hypervisor.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { awaitHa } from './ha.ts';
import { findTask, followTask, leftNothing, type TaskContext, type TaskSuccess } from './task.ts';

/** Starts a guest that may run already, and waits until it has started. */
export async function startAgain(context: TaskContext, vmid: number, step: RunContext<never, never, null>['step']): Promise<TaskSuccess> {
  const { hypervisor } = context;
  const task = await step('start', 'repeatable', async (signal) => {
    const { state } = await hypervisor.guest(String(vmid), signal);
    return state === 'running' ? null : await hypervisor.start(vmid, signal);
  });
  return await step('follow start', 'repeatable', async () => {
    const started = await followTask(context, task, { doing: 'start' });
    await awaitHa(context, task, { vmid, reached: ({ state }) => state === 'running' });
    return started;
  });
}

/** Whether the step `start` took effect. */
export async function verifyStart(context: {
  readonly basis: { readonly vmid: number };
  readonly clients: { readonly hypervisor: HypervisorReader };
  readonly startedAt: number;
}): Promise<StepFinding> {
  const { vmid } = context.basis;
  const { hypervisor } = context.clients;
  const { state } = await hypervisor.guest(String(vmid));
  if (state === 'running') return { state: 'done', result: null };
  return await findTask(hypervisor, { vmid, kinds: ['qmstart', 'vzstart', 'hastart'], startedAt: context.startedAt }, leftNothing);
}
