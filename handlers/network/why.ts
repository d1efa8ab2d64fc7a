import { defineQuery, helpFor, nameMeant, walkWay, word, z } from '#kit';

/** The whole way of a public name, hop by hop, with the first broken one marked, and what might help. */
export default defineQuery({
  id: 'why',
  uses: ['names', 'routes', 'swarm', 'hypervisor', 'databases', 'hosts', 'prober', 'self'],
  args: ['domain'],
  input: z.strictObject({ domain: word() }),
  async run({ input, clients, signal }) {
    const name = await nameMeant(input.domain, clients, signal);
    const way = await walkWay(clients, name, signal);
    const { first, help } = helpFor(name, way);
    return {
      name,
      service: way.service,
      first: first?.hop ?? null,
      unknown: way.hops.some(({ state }) => state === 'unknown'),
      hops: way.hops
        .filter(({ state }) => state !== 'passed')
        .map(({ about, problem, ...hop }) => ({
          ...hop,
          ...about,
          first: hop.hop === first?.hop,
          problem: problem === null ? null : { ...problem },
        })),
      lines: [...way.lines],
      help: help.map((each) => ({ ...each })),
    };
  },
});
