import { defineAction, flag, guest, guestTarget, node, planRestoreVm, runRestoreVm, verifyRestoreVm, word, z } from '#kit';

/** A VM's backup as a machine of its own beside the live one, or in its place. */
export default defineAction({
  id: 'restore-vm',
  uses: ['hypervisor', 'backups', 'inventory', 'swarm', 'self'],
  args: ['vm'],
  input: z.strictObject({
    vm: guest(),
    from: word().optional(),
    on: node().optional(),
    as: word().optional(),
    'in-place': flag().optional(),
  }),
  timeout: '12h',
  cancel: 'never',
  plan: async ({ input, clients, operation, signal }) => await planRestoreVm(clients, input, operation, signal),
  risk: (_input, basis) => (basis.in_place === null ? 'change' : 'danger'),
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, { guest, name, in_place: place }) => [
    `vm:${guest}`,
    `vm:${name}`,
    ...(place === null || place.swarm_node === null ? [] : ['swarm']),
  ],
  run: async (context) => await runRestoreVm(context),
  verify: async (context) => await verifyRestoreVm(context),
});
