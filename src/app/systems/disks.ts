import { refusing } from '#kernel/refusing.ts';
import type { Disks } from '#ports/disks.ts';
import { connectConfiguredDisks } from './disks/connect.ts';
import { defineSystem } from './system.ts';

const missing = refusing('disks_not_configured');
const NO_DISKS: Disks = { machines: () => [], arrays: missing, disks: missing, candidate: missing, check: missing, add: missing };

/** Disks and software RAID of the machines that are reached over SSH. */
export const disks = defineSystem({
  missing: NO_DISKS,
  connect: ({ hosts }) => connectConfiguredDisks(hosts),
  close: (client) => client.close(),
  doctor: async (client, about) => (await import('./disks/doctor.ts')).lookAtDisks(client, about),
  status: async (client, about, signal) => await (await import('./disks/status.ts')).disksStatus(client, about, signal),
  async probes(client) {
    const { walkRaid, walkSmart } = await import('#adapters/probe/disks.ts');
    return {
      raid: (way, deadline) => walkRaid(way, client, deadline),
      smart: (way, deadline) => walkSmart(way, client, deadline),
    };
  },
});
