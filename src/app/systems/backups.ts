import { connectConfiguredBackups } from './backups/connect.ts';
import { defineSystem } from './system.ts';

/** Places where backups are kept. */
export const backups = defineSystem({
  missing: null,
  connect: ({ backups: config }) => connectConfiguredBackups(config),
  close: (places) => places.close(),
  doctor: async (client, about) => (await import('./backups/doctor.ts')).lookAtBackups(client, about),
});
