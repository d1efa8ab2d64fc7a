import { defineQuery, disksOverview, host, z } from '#kit';

/** Arrays of software RAID and the disks in them, as SMART has them: of all machines, or of one. */
export default defineQuery({
  id: 'disks',
  uses: ['disks'],
  args: ['host'],
  input: z.strictObject({ host: host().optional() }),
  run: async ({ input, clients, signal }) => ({ machines: await disksOverview(clients, input.host ?? null, signal) }),
});
