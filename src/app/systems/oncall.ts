import { openConfiguredRota } from './oncall/connect.ts';
import { defineSystem } from './system.ts';

/** Who is on call, by a list or a calendar. */
export const oncall = defineSystem({
  missing: null,
  connect: (config, { clock, facts }) => openConfiguredRota(config, clock, facts),
  close: (rota) => rota.close(),
  doctor: async (client, about) => (await import('./oncall/doctor.ts')).lookAtOncall(client, about),
});
