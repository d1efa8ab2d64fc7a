import { refusing } from '#kernel/refusing.ts';
import { levelsReader } from '#pipeline/levels/levels.ts';
import type { LevelsReader } from '#ports/levels.ts';
import type { Volumes } from '#ports/volumes.ts';
import { defineSystem } from './system.ts';
import { connectConfiguredVolumes } from './volumes/connect.ts';

const missing = refusing('volumes_not_configured');
const NO_VOLUMES: Volumes = {
  list: missing,
  heals: missing,
  pool: missing,
  quota: missing,
  mounts: missing,
  crawls: missing,
  sides: missing,
  digest: missing,
  heal: missing,
  setAside: missing,
  settle: missing,
};

/** GlusterFS, on some of the machines that are reached over SSH. */
export const volumes = defineSystem({
  missing: NO_VOLUMES,
  async connect(config, { facts, clock }) {
    const connected = await connectConfiguredVolumes(config, clock);
    const levels: LevelsReader = levelsReader(facts, () => clock.now());
    return connected === null ? null : { ...connected, levels };
  },
  close: (client) => client.close(),
  doctor: async (client, about) => (await import('./volumes/doctor.ts')).lookAtVolumes(client, about),
  status: async (client, about, signal) => await (await import('./volumes/status.ts')).volumesStatus(client, about, signal),
  async probes(client) {
    const { walkGluster } = await import('#adapters/probe/gluster.ts');
    return { gluster: (way, deadline) => walkGluster(way, client, deadline) };
  },
});
