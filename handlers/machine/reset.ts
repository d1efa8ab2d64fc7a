import { bootSource, defineAction, flag, host, machineTarget, planRestart, runRestart, verifyRestart, z } from '#kit';

/** Presses a machine's reset button, by its management controller; what it boots from, that time alone, may be said. */
export default defineAction({
  id: 'reset',
  uses: ['power', 'hosts', 'hypervisor', 'prober', 'inventory'],
  args: ['machine'],
  input: z.strictObject({ machine: host(), boot: bootSource().optional(), hard: flag().optional() }),
  timeout: '20m',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const { machine, boot = null, hard = false } = input;
    const basis = await planRestart(clients, { machine, change: 'reset', boot, hard }, signal);
    return { basis, effects: [{ kind: 'machine-reset', name: basis.machine, boot }] };
  },
  risk: 'danger',
  target: (_input, basis) => machineTarget(basis),
  locks: (_input, basis) => [`machine:${basis.machine}`],
  run: runRestart,
  verify: verifyRestart,
});
