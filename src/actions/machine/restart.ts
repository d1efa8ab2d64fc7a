import { VigieError } from '#kernel/errors.ts';
import type { BootSource, PowerChange } from '#ports/power.ts';
import type { Clients, ReadClients } from '#ports/clients.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { machineBasis, refuseFenced, refuseRunning, type MachineBasis } from './basis.ts';
import { awaitBoot, lastBoot, verifyBoot } from './follow.ts';

/** What a plan to begin anew starts from. */
export type RestartBasis = MachineBasis & {
  readonly change: PowerChange;
  readonly boot: BootSource | null;
  readonly hard: boolean;
  /** When its firmware last noted a boot (ms, by the controller's clock): a newer one proves the next. */
  readonly last_boot: number | null;
};

interface Wish {
  readonly machine: string;
  readonly change: 'cycle' | 'reset';
  readonly boot: BootSource | null;
  readonly hard: boolean;
}

type Asked = Pick<ReadClients, 'power' | 'hosts' | 'hypervisor' | 'prober' | 'inventory'>;

/** @throws machine_off: what is off is switched on; machine_fenced, machine_guests, machine_hypervisor_silent */
export async function planRestart(clients: Asked, { machine, change, boot, hard }: Wish, signal: AbortSignal): Promise<RestartBasis> {
  const basis = await machineBasis(clients, machine, signal);
  if (basis.state === 'off') throw new VigieError('machine_off', { machine: basis.machine });
  refuseFenced(basis);
  refuseRunning(basis, hard);
  return { ...basis, change, boot, hard, last_boot: await lastBoot(clients.power, basis.machine, signal) };
}

type Run = Pick<RunContext<never, 'power', RestartBasis>, 'signal' | 'pause' | 'progress' | 'step' | 'putBack'> & {
  readonly basis: RestartBasis;
  readonly clients: Pick<Clients, 'power'>;
};

/** Orders the next boot, begins anew, and waits until it is seen. A change that wasn't taken leaves no order behind. */
export async function runRestart({ basis, clients, signal, pause, progress, step, putBack }: Run) {
  const { power } = clients;
  const { machine, change, boot, last_boot: last } = basis;
  try {
    if (boot !== null)
      await step('boot', 'repeatable', async (stepSignal) => {
        await power.bootOnce(machine, boot, stepSignal);
        return null;
      });
    await step('power', 'once', async (stepSignal) => {
      await power.change(machine, change, stepSignal);
      return null;
    });
  } catch (error) {
    if (boot !== null && error instanceof VigieError) await putBack((backSignal) => power.bootOnce(machine, null, backSignal));
    throw error;
  }
  return await step('follow', 'repeatable', async () => {
    return { seen: await awaitBoot({ power, signal, pause, progress }, machine, last) };
  });
}

/** Whether the machine began anew. */
export async function verifyRestart(context: {
  readonly basis: RestartBasis;
  readonly clients: Pick<Clients, 'power'>;
  readonly pause: (ms: number) => Promise<void>;
  readonly step: string;
}): Promise<StepFinding> {
  const { basis, clients, pause, step } = context;
  if (step !== 'power') return { state: 'not-done' };
  return await verifyBoot({ power: clients.power, pause }, basis.machine, basis.last_boot);
}
