import { defineQuery, flag, host, machineDetail, z } from '#kit';

/** One physical machine: who answers for it, what it is made of, its event log, its firmware. */
export default defineQuery({
  id: 'machine',
  uses: ['power', 'hosts', 'hypervisor', 'prober', 'inventory', 'self'],
  args: ['machine'],
  input: z.strictObject({ machine: host(), again: flag().optional() }),
  run: async ({ input, clients, signal }) => ({ machine: await machineDetail(clients, input.machine, input.again === true, signal) }),
});
