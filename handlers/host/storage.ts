import { defineQuery, storageOverview, volume, volumeDetail, z } from '#kit';

/** Where data is and how full that is: volumes, storages of the hypervisors, disks of machines; or one volume with what is wrong with it. */
export default defineQuery({
  id: 'storage',
  uses: ['volumes', 'hypervisor', 'hosts', 'levels'],
  args: ['volume'],
  input: z.strictObject({ volume: volume().optional() }),
  async run({ input, clients, signal }) {
    return input.volume === undefined
      ? { volume: null, all: await storageOverview(clients, signal) }
      : { volume: await volumeDetail(clients, input.volume, signal), all: null };
  },
});
