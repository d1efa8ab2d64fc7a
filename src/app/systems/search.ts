import { connectConfiguredSearch } from './search/connect.ts';
import { defineSystem } from './system.ts';

/** Elasticsearch clusters. */
export const search = defineSystem({
  missing: null,
  connect: ({ elasticsearch }) => connectConfiguredSearch(elasticsearch),
  async close(clusters) {
    await Promise.all([...clusters.values()].map((cluster) => cluster.close()));
  },
  doctor: async (client, about) => (await import('./search/doctor.ts')).lookAtSearches(client, about),
  status: async (clusters, about, signal) => await (await import('./search/status.ts')).searchStatus(clusters, about, signal),
});
