import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { backupNotes } from '#domain/backup/guest-backup.ts';
import type { Clients } from '#ports/clients.ts';
import type { HypervisorReader } from '#ports/hypervisor.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { reconfigured } from './reconfigure.ts';
import type { RestoreVmBasis } from './restore-vm-plan.ts';
import type { PlaceTaken } from './restore-vm-place.ts';
import { shutDown, verifyShutDown } from './shut-down.ts';
import { startAgain, verifyStart } from './start.ts';
import { findTask, followTask, together, withDetails, type TaskContext, type TaskSuccess } from './task.ts';

type Uses = 'hypervisor' | 'backups' | 'inventory' | 'swarm' | 'self';
export type RestoreVmRun = Pick<
  RunContext<never, Uses, RestoreVmBasis>,
  'basis' | 'operation' | 'signal' | 'pause' | 'progress' | 'step'
> & {
  readonly clients: Pick<Clients, Uses>;
};

/** Proxmox tells how it went in words; vigie looks at what came of it. */
const RESTORE = /^restore (\d+)$/u;

/**
 * Restores a VM under a number of its own, looks at what came of it, and puts it in the place of the live one where that was asked for.
 * @returns `number`, `linked` (whether a cable is in), `warnings` and `log` of the tasks, `running`
 * @throws task_failed, restore_vm_differs, …; their details say with `number` what stands there, with `aside` whether the live one gave up its place
 */
export async function runRestoreVm(context: RestoreVmRun): Promise<JsonObject> {
  const { basis, clients, operation, step } = context;
  const { hypervisor } = clients;
  const follow: TaskContext = { ...context, hypervisor };
  // Nobody keeps it free: Proxmox refuses one that was taken meanwhile.
  const number = await step('number', 'repeatable', (signal) => hypervisor.freeNumber(signal));
  const { node, name, in_place: place } = basis;
  const backup = { id: basis.file, node: basis.place };
  const order = { backup, node, vmid: number, name, notes: backupNotes(operation), unique: place === null };
  const task = await step(`restore ${number}`, 'once', (signal) => hypervisor.restore(order, signal));
  try {
    const made = await step('follow restore', 'repeatable', () => followTask(follow, task, { doing: 'vm-restore' }));
    await step('look', 'repeatable', (signal) => requireWhole(context, number, signal));
    if (place === null) return { ...made, number, linked: false, running: false };
    return { ...together(made, await takePlace(context, place, number)), number, linked: true, running: place.running };
  } catch (error) {
    throw withDetails(error, { number });
  }
}

/** What was restored is what the backup holds, and nothing of it is on the network. @throws restore_vm_differs */
async function requireWhole({ basis, clients, operation }: RestoreVmRun, number: number, signal: AbortSignal): Promise<null> {
  const { hypervisor } = clients;
  const [{ state, node }, setup] = await Promise.all([hypervisor.guest(String(number), signal), hypervisor.setup(number, signal)]);
  const missing = basis.disks.filter(
    // A storage may round up, never down.
    ({ key, storage, bytes }) => !setup.disks.some((disk) => disk.key === key && disk.storage === storage && disk.bytes >= bytes),
  );
  const what = [
    ...missing.map(({ key }) => key),
    ...setup.cards.filter(({ linked }) => linked).map(({ key }) => key),
    ...(setup.name === basis.name ? [] : ['name']),
    ...(setup.notes === backupNotes(operation) ? [] : ['description']),
    ...(setup.onBoot ? ['onboot'] : []),
    ...(state === 'stopped' ? [] : ['status']),
    ...(node === basis.node ? [] : ['node']),
  ];
  if (what.length > 0) throw new VigieError('restore_vm_differs', { name: basis.name, vmid: number, what });
  return null;
}

/** The live one goes off, gives up its name and its cables, and stays; then the new one takes them. */
async function takePlace(context: RestoreVmRun, place: PlaceTaken, number: number): Promise<TaskSuccess> {
  const { basis, clients, step } = context;
  const follow: TaskContext = { ...context, hypervisor: clients.hypervisor };
  const off = place.running ? await shutDown(follow, { vmid: basis.vmid, patience: place.patience }, step) : null;
  const aside = { name: place.kept, onBoot: false, linked: [] };
  await reconfigured(follow, 'aside', { vmid: basis.vmid, change: aside }, step);
  try {
    const taken = { name: basis.guest, onBoot: place.on_boot, linked: basis.linked };
    await reconfigured(follow, 'take place', { vmid: number, change: taken }, step);
    const on = place.running ? await startAgain(follow, number, step) : null;
    return together(...[off, on].flatMap((each) => (each === null ? [] : [each])));
  } catch (error) {
    throw withDetails(error, { aside: true });
  }
}

/** Whether what a step began took effect: by the task that Proxmox remembers, never by sending it again. */
export async function verifyRestoreVm(context: {
  readonly step: string;
  readonly startedAt: number;
  readonly basis: RestoreVmBasis;
  readonly clients: { readonly hypervisor: HypervisorReader };
}): Promise<StepFinding> {
  const { basis, clients, step, startedAt } = context;
  const { hypervisor } = clients;
  const number = RESTORE.exec(step)?.[1];
  if (number !== undefined) return await findTask(hypervisor, { vmid: Number(number), kinds: ['qmrestore'], startedAt });
  const off = await verifyShutDown(hypervisor, { vmid: basis.vmid, step, startedAt });
  if (off !== null) return off;
  if (step !== 'start') return { state: 'not-done' };
  // By then it is the one that bears the name.
  const { vmid } = await hypervisor.guest(basis.guest);
  return await verifyStart({ basis: { vmid }, clients, startedAt });
}
