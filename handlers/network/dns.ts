import { defineQuery, lookAtNames, nameData, nameMeant, word, z } from '#kit';

/** Whether public names lead to machines that are there, by every server of their zones. */
export default defineQuery({
  id: 'dns',
  uses: ['names', 'routes', 'swarm', 'hypervisor', 'self'],
  args: ['domain'],
  input: z.strictObject({ domain: word().optional() }),
  async run({ input, clients, signal }) {
    const one = input.domain === undefined ? null : await nameMeant(input.domain, clients, signal);
    const looked = await lookAtNames(clients, one, signal);
    const shown = looked.map((each) => nameData(each, clients));
    const amiss = shown.filter((_, index) => looked[index]?.problem !== null || (looked[index]?.findings.length ?? 0) > 0);
    return { one: one !== null, count: looked.length, amiss, well: shown.filter((each) => !amiss.includes(each)) };
  },
});
