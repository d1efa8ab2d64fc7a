import { defineQuery, handshakes, nameMeant, word, z, type ShownCertificate } from '#kit';

const WORST = { bad: 0, unknown: 1, soon: 2, well: 3 } as const satisfies Record<ShownCertificate['state'], number>;

/** The certificate of each public name, as each of its addresses shows it. */
export default defineQuery({
  id: 'certificates',
  uses: ['names', 'routes', 'swarm', 'hypervisor', 'prober', 'self'],
  args: ['domain'],
  input: z.strictObject({ domain: word().optional() }),
  async run({ input, clients, signal }) {
    const one = input.domain === undefined ? null : await nameMeant(input.domain, clients, signal);
    const { shown, unknown } = await handshakes(clients, one, signal);
    const sorted = shown.toSorted(
      (a, b) => WORST[a.state] - WORST[b.state] || (a.days ?? 0) - (b.days ?? 0) || a.name.localeCompare(b.name),
    );
    return {
      names: new Set(shown.map(({ name }) => name)).size,
      all_well: sorted.every(({ state }) => state === 'well') && unknown.length === 0,
      soonest: sorted.find(({ state }) => state === 'well')?.days ?? null,
      certificates: sorted.map(({ name, address, state, days, problem, certificate }) => ({
        name,
        address,
        state,
        days,
        problem: problem === null ? null : { ...problem },
        issuer: certificate?.issuer ?? null,
        maker: certificate?.maker ?? null,
        for: certificate === null ? [] : [...certificate.names],
      })),
      unknown: unknown.map(({ name, problem }) => ({ name, problem: problem === null ? null : { ...problem } })),
    };
  },
});
