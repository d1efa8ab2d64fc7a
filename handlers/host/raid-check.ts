import { arrayToCheck, beginCheck, defineAction, host, raidArray, seeChecked, target, verifyCheck, z } from '#kit';

/** Lets an array compare its disks with each other, and says what it found. */
export default defineAction({
  id: 'raid-check',
  uses: ['disks'],
  args: ['host', 'array'],
  input: z.strictObject({ host: host(), array: raidArray() }),
  timeout: '72h',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const basis = await arrayToCheck(clients.disks, { machine: input.host, array: input.array }, signal);
    return { basis, effects: basis.checking ? [] : [{ kind: 'raid-check', name: basis.array }] };
  },
  risk: 'change',
  target: (_input, basis) => target(basis.machine, basis.array),
  locks: (_input, basis) => [`raid:${basis.machine}:${basis.array}`],
  async run({ basis, clients, signal, pause, progress, step }) {
    await step('begin', 'repeatable', (stepSignal) => beginCheck(clients.disks, basis, stepSignal));
    return await step('see-checked', 'repeatable', () => seeChecked({ disks: clients.disks, signal, pause, progress }, basis));
  },
  verify: async () => verifyCheck(),
});
