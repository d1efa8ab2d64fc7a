import { defineAction, flag, host, machineTarget, planRestart, runRestart, verifyRestart, z } from '#kit';

/** Cuts a machine's power and switches it on again, by its management controller. */
export default defineAction({
  id: 'power-cycle',
  uses: ['power', 'hosts', 'hypervisor', 'prober', 'inventory'],
  args: ['machine'],
  input: z.strictObject({ machine: host(), hard: flag().optional() }),
  timeout: '20m',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const wish = { machine: input.machine, change: 'cycle', boot: null, hard: input.hard === true } as const;
    const basis = await planRestart(clients, wish, signal);
    return { basis, effects: [{ kind: 'machine-cycle', name: basis.machine }] };
  },
  risk: 'danger',
  target: (_input, basis) => machineTarget(basis),
  locks: (_input, basis) => [`machine:${basis.machine}`],
  run: runRestart,
  verify: verifyRestart,
});
