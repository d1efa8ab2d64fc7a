import { defineQuery, machinesOverview, z } from '#kit';

/** Physical machines: how they are, since when, and who answers for them. */
export default defineQuery({
  id: 'machines',
  uses: ['power', 'hosts', 'hypervisor', 'prober', 'inventory', 'self'],
  input: z.strictObject({}),
  run: async ({ clients, signal }) => ({ machines: await machinesOverview(clients, signal) }),
});
