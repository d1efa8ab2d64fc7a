import { defineQuery, formatImage, z } from '#kit';

/** The services of the Swarm, those that lack replicas first, then those that are off. */
export default defineQuery({
  id: 'services',
  uses: ['swarm'],
  input: z.strictObject({}),
  async run({ clients, signal }) {
    const services = await clients.swarm.services(signal);
    const rows = services.map((service) => ({
      name: service.name,
      image: formatImage({ ...service.image, digest: null }),
      running: service.running,
      replicas: service.replicas,
      short: service.replicas !== null && service.running < service.replicas,
      update: service.update?.state ?? null,
      routes: service.routes.map((route) => route.rule),
      stack: service.stack,
    }));
    const sorted = rows.toSorted(
      (a, b) => Number(b.short) - Number(a.short) || Number(b.replicas === 0) - Number(a.replicas === 0) || a.name.localeCompare(b.name),
    );
    return { services: sorted, short: sorted.filter((row) => row.short).length, off: sorted.filter((row) => row.replicas === 0).length };
  },
});
