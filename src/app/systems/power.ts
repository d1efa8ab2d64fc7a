import { refusing } from '#kernel/refusing.ts';
import type { Power } from '#ports/power.ts';
import { connectConfiguredPower } from './power/connect.ts';
import { defineSystem } from './system.ts';

const missing = refusing('machines_not_configured');
const NO_POWER: Power = {
  machines: () => [],
  state: missing,
  inventory: missing,
  firmware: missing,
  events: missing,
  screen: missing,
  refusals: () => Promise.resolve([]),
  again: missing,
  change: missing,
  bootOnce: missing,
};

/** Physical machines, by their management controllers. */
export const power = defineSystem({
  missing: NO_POWER,
  connect: connectConfiguredPower,
  close: (client) => client.close(),
  doctor: async (client, about) => (await import('./power/doctor.ts')).lookAtMachines(client, about),
  status: async (client, about, signal) => await (await import('./power/status.ts')).powerStatus(client, about, signal),
});
