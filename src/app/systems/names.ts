import { refusing } from '#kernel/refusing.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Names } from '#ports/names.ts';
import { connectConfiguredNames } from './names/connect.ts';
import { defineSystem } from './system.ts';

const refuse = (): never => {
  throw new VigieError('names_not_configured');
};
const NO_NAMES: Names = {
  list: refuse,
  addresses: refuse,
  mostTtl: refuse,
  changeable: refuse,
  look: refusing('names_not_configured'),
  change: refusing('names_not_configured'),
};

/** Public names, as DNS has them: no key of the configuration is needed to ask it. */
export const names = defineSystem({
  missing: NO_NAMES,
  connect: ({ names: config, addresses }, { get }) => connectConfiguredNames(config, addresses, get),
  close: async () => undefined,
  doctor: async (client, about) => (await import('./names/doctor.ts')).lookAtNames(client, about),
  status: async (_client, about, signal) => await (await import('./names/status.ts')).namesStatus(about, signal),
  async probes({ sources }) {
    const { walkNames } = await import('#adapters/probe/names.ts');
    return { names: (way, deadline) => walkNames(way, sources, deadline) };
  },
});
