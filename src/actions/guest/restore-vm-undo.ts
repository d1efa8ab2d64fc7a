import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Clients } from '#ports/clients.ts';
import type { HypervisorReader } from '#ports/hypervisor.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { reconfigured } from './reconfigure.ts';
import { isMadeBy, type UndoVmBasis } from './restore-vm-undo-plan.ts';
import { shutDown, verifyShutDown } from './shut-down.ts';
import { startAgain, verifyStart } from './start.ts';
import { findTask, followTask, together, type TaskContext } from './task.ts';

type Uses = 'hypervisor' | 'operations' | 'self';
type UndoRun = Pick<RunContext<never, Uses, UndoVmBasis>, 'basis' | 'signal' | 'pause' | 'progress' | 'step'> & {
  readonly clients: Pick<Clients, Uses>;
};

/**
 * Removes what a restore made, after another look at what it is; or puts the guest back whose place it took.
 * @returns `warnings` and `log` of the tasks
 * @throws restore_vm_strange, guest_runs, task_failed, …
 */
export async function runUndoVm(context: UndoRun): Promise<JsonObject> {
  const { basis, clients, step } = context;
  const follow: TaskContext = { ...context, hypervisor: clients.hypervisor };
  if (basis.mode !== 'swap') {
    const task = await step('destroy', 'once', (signal) => destroyed(context, signal));
    return { ...(await step('follow destroy', 'repeatable', () => followTask(follow, task, { doing: 'vm-remove' }))) };
  }
  return await swapBack(context, follow);
}

/** Nothing that vigie didn't make: looked at again right before. */
async function destroyed({ basis, clients }: UndoRun, signal: AbortSignal): Promise<string> {
  const { number, name, operation } = basis;
  const { hypervisor } = clients;
  if (!isMadeBy(operation, await hypervisor.setup(number, signal)))
    throw new VigieError('restore_vm_strange', { name, vmid: number, operation });
  return await hypervisor.destroy(number, signal);
}

async function swapBack({ basis, step }: UndoRun, follow: TaskContext): Promise<JsonObject> {
  const { back, number, running, guest, operation, patience } = basis;
  if (back === null) throw new VigieError('restore_vm_kept_gone', { guest, vmid: number, operation });
  const off = running ? await shutDown(follow, { vmid: number, patience }, step) : null;
  await reconfigured(follow, 'give up', { vmid: number, change: { name: back.restored, onBoot: false, linked: [] } }, step);
  const place = { name: guest, onBoot: back.on_boot, linked: back.linked };
  await reconfigured(follow, 'take back', { vmid: back.vmid, change: place }, step);
  const on = back.start ? await startAgain(follow, back.vmid, step) : null;
  return { ...together(...[off, on].flatMap((each) => (each === null ? [] : [each]))) };
}

/** Whether what a step began took effect. What is gone was removed. */
export async function verifyUndoVm(context: {
  readonly step: string;
  readonly startedAt: number;
  readonly basis: UndoVmBasis;
  readonly clients: { readonly hypervisor: HypervisorReader };
}): Promise<StepFinding> {
  const { basis, clients, step, startedAt } = context;
  const { hypervisor } = clients;
  if (step === 'destroy') {
    const there = (await hypervisor.guests()).some(({ vmid }) => vmid === basis.number);
    const task = await findTask(hypervisor, { vmid: basis.number, kinds: ['qmdestroy'], startedAt });
    return there || task.state !== 'not-done' ? task : { state: 'unknown' };
  }
  const off = await verifyShutDown(hypervisor, { vmid: basis.number, step, startedAt });
  if (off !== null) return off;
  if (step !== 'start' || basis.back === null) return { state: 'not-done' };
  return await verifyStart({ basis: { vmid: basis.back.vmid }, clients, startedAt });
}
