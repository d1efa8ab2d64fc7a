import { addDisk, defineAction, diskSerial, diskToAdd, host, raidArray, seeRebuilt, target, verifyAdd, z } from '#kit';

/** Puts a disk that was replaced into an array that lacks one, and follows that until the array is whole. */
export default defineAction({
  id: 'raid-add',
  uses: ['disks'],
  args: ['host', 'array', 'serial'],
  input: z.strictObject({ host: host(), array: raidArray(), serial: diskSerial() }),
  timeout: '72h',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const wish = { machine: input.host, array: input.array, serial: input.serial };
    const basis = await diskToAdd(clients.disks, wish, signal);
    return { basis, effects: basis.joined ? [] : [{ kind: 'raid-add', name: basis.array }] };
  },
  risk: 'danger',
  target: (_input, basis) => target(basis.machine, basis.array),
  locks: (_input, basis) => [
    `raid:${basis.machine}:${basis.array}`,
    // Its other partitions may go to other arrays meanwhile: the kernel rebuilds one after the other.
    `disk:${basis.machine}:${basis.disk.serial}:${basis.disk.partition ?? 'all'}`,
  ],
  async run({ basis, clients, signal, pause, progress, step }) {
    await step('add', 'repeatable', (stepSignal) => addDisk(clients.disks, basis, stepSignal));
    return await step('see-rebuilt', 'repeatable', () => seeRebuilt({ disks: clients.disks, signal, pause, progress }, basis));
  },
  verify: async ({ basis, clients, step, signal }) => (step === 'add' ? await verifyAdd(clients, basis, signal) : { state: 'not-done' }),
});
