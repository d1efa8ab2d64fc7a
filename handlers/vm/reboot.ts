import { awaitReboot, defineAction, duration, followTask, guest, guestTarget, guestToReboot, requireMayGoOff, verifyReboot, z } from '#kit';

/** What services usually need to end by themselves. */
const PATIENCE_MS = 180_000;

/** Shuts a guest down and starts it again, by Proxmox itself: vigie may run in it. Its power is never cut. */
export default defineAction({
  id: 'reboot',
  uses: ['hypervisor', 'inventory', 'self', 'swarm'],
  args: ['vm'],
  input: z.strictObject({ vm: guest(), timeout: duration().optional() }),
  timeout: '2h',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const target = await guestToReboot(clients, input.vm, signal);
    const off = target.state === 'stopped';
    const risks = off
      ? { swarm_node: null, manager: false, brick: false, databases: false }
      : await requireMayGoOff(clients, target, { goesBack: false }, signal);
    const patience = input.timeout ?? PATIENCE_MS;
    return {
      basis: { guest: target.name, vmid: target.vmid, node: target.node, state: target.state, patience, ...risks },
      effects: off ? [] : [{ kind: 'reboot', name: target.name }],
    };
  },
  risk: (_input, { manager, brick, databases }) => (manager || brick || databases ? 'danger' : 'change'),
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, basis) => [`vm:${basis.guest}`, ...(basis.swarm_node === null ? [] : ['swarm'])],
  async run({ basis, clients, signal, pause, progress, step }) {
    const { hypervisor, self } = clients;
    const follow = { hypervisor, signal, pause, progress };
    const { task, at } = await step('reboot', 'once', async (stepSignal) => {
      const sentAt = self.now();
      return { task: await hypervisor.reboot(basis.vmid, basis.patience, stepSignal), at: sentAt };
    });
    return await step('follow', 'repeatable', async () => {
      const done = await followTask(follow, task, { doing: 'reboot', details: { guest: basis.guest } });
      await awaitReboot(follow, clients, { vmid: basis.vmid, at, task });
      return done;
    });
  },
  verify: async ({ basis, clients, step, startedAt }) =>
    step === 'reboot' ? await verifyReboot(clients.hypervisor, basis.vmid, startedAt) : { state: 'not-done' },
});
