import {
  awaitHa,
  awaitTask,
  defineAction,
  duration,
  findTask,
  flag,
  followTask,
  guest,
  guestToChange,
  leftNothing,
  requireMayGoOff,
  guestTarget,
  z,
} from '#kit';

/** What services usually need to end by themselves. */
const PATIENCE_MS = 180_000;

/** Asks a guest to shut down; what hasn't by its time is switched off. */
export default defineAction({
  id: 'stop',
  uses: ['hypervisor', 'inventory', 'self', 'swarm'],
  args: ['vm'],
  input: z.strictObject({ vm: guest(), timeout: duration().optional(), now: flag().optional() }),
  timeout: '2h',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const target = await guestToChange(clients, input.vm, signal);
    const off = target.state === 'stopped';
    const risks = off
      ? { swarm_node: null, manager: false, brick: false, databases: false }
      : await requireMayGoOff(clients, target, { goesBack: false }, signal);
    const patience = input.now === true ? null : (input.timeout ?? PATIENCE_MS);
    return {
      basis: { guest: target.name, vmid: target.vmid, node: target.node, state: target.state, patience, ...risks },
      effects: off ? [] : [{ kind: patience === null ? 'power-off' : 'shutdown', name: target.name }],
    };
  },
  risk: 'danger',
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, basis) => [`vm:${basis.guest}`, ...(basis.swarm_node === null ? [] : ['swarm'])],
  async run({ basis, clients, signal, pause, progress, step }) {
    const { hypervisor } = clients;
    const follow = { hypervisor, signal, pause, progress };
    const { patience } = basis;
    const off = { vmid: basis.vmid, reached: ({ state }: { readonly state: string }) => state === 'stopped' };
    if (patience !== null) {
      const task = await step('shutdown', 'once', (stepSignal) => hypervisor.shutdown(basis.vmid, patience, stepSignal));
      const ended = await step('follow', 'repeatable', async () => {
        if (task === null) return { forced: false };
        const { end } = await awaitTask(follow, task, { doing: 'shutdown' });
        if (end.state !== 'failed') await awaitHa(follow, task, { ...off, allowedMs: patience });
        return { forced: end.state === 'failed' };
      });
      if (!ended.forced) return { forced: false, warnings: 0, log: null };
    }
    const task = await step('power-off', 'once', (stepSignal) => hypervisor.stop(basis.vmid, stepSignal));
    const ended = await step('follow power-off', 'repeatable', async () => {
      const cut = await followTask(follow, task, { doing: 'power-off' });
      await awaitHa(follow, task, off);
      return cut;
    });
    return { ...ended, forced: patience !== null };
  },
  async verify({ basis, clients, step, startedAt }) {
    if (step !== 'shutdown' && step !== 'power-off') return { state: 'not-done' };
    const { state } = await clients.hypervisor.guest(String(basis.vmid));
    if (state === 'stopped') return { state: 'done', result: null };
    const kinds = step === 'shutdown' ? ['qmshutdown', 'vzshutdown', 'hastop'] : ['qmstop', 'vzstop', 'hastop'];
    return await findTask(clients.hypervisor, { vmid: basis.vmid, kinds, startedAt }, leftNothing);
  },
});
