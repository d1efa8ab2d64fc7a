import type { Clock } from '#kernel/clock.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import type { SystemTroubles } from '#domain/alert/trouble.ts';
import type { PowerReader } from '#ports/power.ts';

/** Often enough to say since when a machine is off; a controller has little else to do. */
const EVERY_MS = 300_000;

/** The loop that looks at each machine, so that what is seen has a date. A controller that refused the password isn't asked: the port sees to that. */
export function watchMachines(power: PowerReader, clock: Clock): Loop {
  return startLoop(clock, async (stopping) => {
    // Who doesn't answer is asked again next time; who looks then is told why.
    await Promise.allSettled(power.machines().map(({ name }) => power.state(name, stopping)));
    return EVERY_MS;
  });
}

/** Controllers that refuse the password: nobody would know otherwise that vigie stopped asking. */
export async function machineTroubles(power: PowerReader): Promise<Pick<SystemTroubles, 'vigie:machine'>> {
  const refusals = await power.refusals();
  return {
    'vigie:machine': refusals.map(({ machine, of, at }) => ({
      key: { machine, password: of },
      since: at,
      value: machine,
      document: { problem: { code: of === 'console' ? 'console_password' : 'machine_password', params: { machine, at } } },
    })),
  };
}
