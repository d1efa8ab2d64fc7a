import type { SetupChange } from '#ports/hypervisor.ts';
import type { RunContext } from '../definition.ts';
import { followTask, type TaskContext } from './task.ts';

/** Changes how a guest is made up, and waits until it is. The same change twice is one, so that it may be sent again. @param name of the step */
export async function reconfigured(
  follow: TaskContext,
  name: string,
  { vmid, change }: { readonly vmid: number; readonly change: SetupChange },
  step: RunContext<never, never, null>['step'],
): Promise<void> {
  const task = await step(name, 'repeatable', (signal) => follow.hypervisor.reconfigure(vmid, change, signal));
  await step(`follow ${name}`, 'repeatable', () => followTask(follow, task, { doing: 'vm-config' }));
}
