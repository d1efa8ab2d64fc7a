import {
  awaitState,
  defineAction,
  duration,
  flag,
  host,
  machineBasis,
  machineTarget,
  wayOff,
  refuseFenced,
  refuseRunning,
  VigieError,
  verifyState,
  z,
} from '#kit';

/** What services and guests usually need to end by themselves. */
const PATIENCE_MS = 300_000;

/** Switches a machine off: over SSH, else as its button does, so that it ends by itself; with `--hard` by cutting its power. */
export default defineAction({
  id: 'power-off',
  uses: ['power', 'hosts', 'hypervisor', 'prober', 'inventory'],
  args: ['machine'],
  input: z.strictObject({ machine: host(), hard: flag().optional(), timeout: duration().optional() }),
  timeout: '1h',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const seen = await machineBasis(clients, input.machine, signal);
    const hard = input.hard === true;
    const way = await wayOff(clients.power, seen, hard, signal);
    const basis = { ...seen, hard, way, patience: input.timeout ?? PATIENCE_MS };
    if (seen.state === 'off') return { basis, effects: [] };
    refuseFenced(seen);
    refuseRunning(seen, hard);
    if (way === null) throw new VigieError('machine_no_clean_way', { machine: seen.machine, host: seen.host });
    return { basis, effects: [{ kind: hard ? 'machine-cut' : 'machine-off', name: seen.machine }] };
  },
  risk: 'danger',
  target: (_input, basis) => machineTarget(basis),
  locks: (_input, basis) => [`machine:${basis.machine}`],
  async run({ basis, clients, signal, pause, progress, step }) {
    const { power, hosts } = clients;
    const { machine, hard, way, patience } = basis;
    await step('power', 'once', async (stepSignal) => {
      if (way === 'ssh') await hosts.powerOff(basis.host ?? machine, stepSignal);
      else await power.change(machine, way === 'button' ? 'shutdown' : 'off', stepSignal);
      return null;
    });
    return await step('follow', 'repeatable', async () => {
      const following = { power, signal, pause, progress };
      await awaitState(following, machine, 'off', hard ? { doing: 'machine-off' } : { doing: 'machine-off', withinMs: patience });
      return {};
    });
  },
  verify: async ({ basis, clients, pause, step }) =>
    step === 'power' ? await verifyState({ power: clients.power, pause }, basis.machine, 'off') : { state: 'not-done' },
});
