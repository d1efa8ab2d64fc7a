import { awaitState, defineAction, host, machineBasis, machineTarget, verifyState, z } from '#kit';

/** Switches a machine on, by its management controller. */
export default defineAction({
  id: 'power-on',
  uses: ['power', 'hosts', 'hypervisor', 'prober', 'inventory'],
  args: ['machine'],
  input: z.strictObject({ machine: host() }),
  timeout: '10m',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const basis = await machineBasis(clients, input.machine, signal);
    return { basis, effects: basis.state === 'on' ? [] : [{ kind: 'machine-on', name: basis.machine }] };
  },
  risk: 'change',
  target: (_input, basis) => machineTarget(basis),
  locks: (_input, basis) => [`machine:${basis.machine}`],
  async run({ basis, clients, signal, pause, progress, step }) {
    const { power } = clients;
    await step('power', 'once', async (stepSignal) => {
      await power.change(basis.machine, 'on', stepSignal);
      return null;
    });
    return await step('follow', 'repeatable', async () => {
      await awaitState({ power, signal, pause, progress }, basis.machine, 'on', { doing: 'machine-on' });
      return {};
    });
  },
  verify: async ({ basis, clients, pause, step }) =>
    step === 'power' ? await verifyState({ power: clients.power, pause }, basis.machine, 'on') : { state: 'not-done' },
});
