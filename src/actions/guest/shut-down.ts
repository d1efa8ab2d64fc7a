import type { HypervisorReader } from '#ports/hypervisor.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { awaitHa } from './ha.ts';
import { awaitTask, findTask, followTask, leftNothing, type TaskContext, type TaskSuccess } from './task.ts';

/** What services usually need to end by themselves. */
export const SHUTDOWN_MS = 180_000;

/** Whom it is about; `patience` is how long it may take by itself, in milliseconds, null: its power is cut at once. */
export interface GoingOff {
  readonly vmid: number;
  readonly patience: number | null;
}

/** Asks a guest to shut down, and switches off what hasn't by its time. @returns whether its power was cut although it was asked */
export async function shutDown(
  follow: TaskContext,
  { vmid, patience }: GoingOff,
  step: RunContext<never, never, null>['step'],
): Promise<TaskSuccess & { readonly forced: boolean }> {
  const { hypervisor } = follow;
  const off = { vmid, reached: ({ state }: { readonly state: string }) => state === 'stopped' };
  if (patience !== null) {
    const task = await step('shutdown', 'once', (signal) => hypervisor.shutdown(vmid, patience, signal));
    const ended = await step('follow', 'repeatable', async () => {
      if (task === null) return { forced: false };
      const { end } = await awaitTask(follow, task, { doing: 'shutdown' });
      if (end.state !== 'failed') await awaitHa(follow, task, { ...off, allowedMs: patience });
      return { forced: end.state === 'failed' };
    });
    if (!ended.forced) return { forced: false, warnings: 0, log: null };
  }
  const task = await step('power-off', 'once', (signal) => hypervisor.stop(vmid, signal));
  const ended = await step('follow power-off', 'repeatable', async () => {
    const cut = await followTask(follow, task, { doing: 'power-off' });
    await awaitHa(follow, task, off);
    return cut;
  });
  return { ...ended, forced: patience !== null };
}

/** Whether one of its steps took effect; null for steps of others. */
export async function verifyShutDown(
  hypervisor: HypervisorReader,
  { vmid, step, startedAt }: { readonly vmid: number; readonly step: string; readonly startedAt: number },
): Promise<StepFinding | null> {
  if (step !== 'shutdown' && step !== 'power-off') return null;
  const { state } = await hypervisor.guest(String(vmid));
  if (state === 'stopped') return { state: 'done', result: null };
  const kinds = step === 'shutdown' ? ['qmshutdown', 'vzshutdown', 'hastop'] : ['qmstop', 'vzstop', 'hastop'];
  return await findTask(hypervisor, { vmid, kinds, startedAt }, leftNothing);
}
