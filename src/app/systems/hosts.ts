import { refusing } from '#kernel/refusing.ts';
import type { Hosts } from '#ports/hosts.ts';
import { connectConfiguredHosts } from './hosts/connect.ts';
import { defineSystem } from './system.ts';

const missing = refusing('hosts_not_configured');
const NO_HOSTS: Hosts = {
  list: () => [],
  fileSystems: missing,
  space: missing,
  journal: missing,
  clean: missing,
  powerOff: missing,
  guestSettings: missing,
  zfsSnapshots: missing,
  takeGuest: missing,
};

/** Machines that are reached over SSH. */
export const hosts = defineSystem({
  missing: NO_HOSTS,
  connect: ({ hosts: config }) => connectConfiguredHosts(config),
  close: (client) => client.close(),
  doctor: async (client, about) => (await import('./hosts/doctor.ts')).lookAtHosts(client, about),
  status: async (client, about, signal) => await (await import('./hosts/status.ts')).hostsStatus(client, about, signal),
});
