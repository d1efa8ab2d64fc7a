import { connectConfiguredPagers } from './pagers/connect.ts';
import { defineSystem } from './system.ts';

/** Ways to reach people outside the chat. */
export const pagers = defineSystem({
  missing: null,
  connect: ({ pagers: config }, { log }) => connectConfiguredPagers(config, log),
  async close(all) {
    for (const pager of all.values()) await pager.close();
  },
  doctor: async (client, about) => (await import('./pagers/doctor.ts')).lookAtPagers(client, about),
});
