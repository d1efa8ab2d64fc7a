import { refusing } from '#kernel/refusing.ts';
import type { Hypervisor } from '#ports/hypervisor.ts';
import { connectConfiguredHypervisor } from './hypervisor/connect.ts';
import { defineSystem } from './system.ts';

const missing = refusing('hypervisor_not_configured');
const NO_HYPERVISOR: Hypervisor = {
  cluster: missing,
  ha: missing,
  screen: missing,
  guests: missing,
  guest: missing,
  setup: missing,
  setupIn: missing,
  freeNumber: missing,
  snapshots: missing,
  replications: missing,
  replicate: missing,
  storages: missing,
  backups: missing,
  task: missing,
  taskLog: missing,
  tasks: missing,
  snapshot: missing,
  revert: missing,
  deleteSnapshot: missing,
  start: missing,
  shutdown: missing,
  reboot: missing,
  stop: missing,
  migrate: missing,
  backup: missing,
  restore: missing,
  reconfigure: missing,
  destroy: missing,
  deleteBackup: missing,
  stopTask: missing,
};

/** A Proxmox cluster. */
export const hypervisor = defineSystem({
  missing: NO_HYPERVISOR,
  connect: ({ proxmox }, { clock }) => connectConfiguredHypervisor(proxmox, clock),
  close: (client) => client.close(),
  doctor: async (client, about) => (await import('./hypervisor/doctor.ts')).lookAtHypervisor(client, about),
  status: async (client, about, signal) => await (await import('./hypervisor/status.ts')).hypervisorStatus(client, about, signal),
  async probes(client) {
    const { walkProxmox } = await import('#adapters/probe/proxmox.ts');
    return { proxmox: (way, deadline) => walkProxmox(way, client, deadline) };
  },
});
