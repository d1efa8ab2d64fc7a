import {
  defineAction,
  duration,
  flag,
  guest,
  guestToChange,
  requireMayGoOff,
  shutDown,
  SHUTDOWN_MS,
  guestTarget,
  verifyShutDown,
  z,
} from '#kit';

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
    const patience = input.now === true ? null : (input.timeout ?? SHUTDOWN_MS);
    return {
      basis: { guest: target.name, vmid: target.vmid, node: target.node, state: target.state, patience, ...risks },
      effects: off ? [] : [{ kind: patience === null ? 'power-off' : 'shutdown', name: target.name }],
    };
  },
  risk: 'danger',
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, basis) => [`vm:${basis.guest}`, ...(basis.swarm_node === null ? [] : ['swarm'])],
  async run({ basis, clients, signal, pause, progress, step }) {
    return await shutDown({ hypervisor: clients.hypervisor, signal, pause, progress }, basis, step);
  },
  verify: async ({ basis, clients, step, startedAt }) =>
    (await verifyShutDown(clients.hypervisor, { vmid: basis.vmid, step, startedAt })) ?? { state: 'not-done' },
});
