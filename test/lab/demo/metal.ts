import type { Clock } from '#kernel/clock.ts';
import type { Power } from '#ports/power.ts';
import { LabPower, powerOver } from '#test/lab/machines/lab-power.ts';

/** The hypervisors' own machines, with AMT: alice at its login, and bob, whose fan once was too slow. */
export async function demoMetal(clock: Clock): Promise<{ readonly power: Power; close(): Promise<void> }> {
  const lab = await LabPower.open(clock);
  for (const machine of lab.machines) machine.note(15, 2);
  lab.bob.note(4, 2, 16);
  const reached = lab.reached.map((reach) => ({ ...reach, facts: { host: null } }));
  return { power: powerOver(reached, clock), close: () => lab.close() };
}
