import { defineAction, operationId, planUndoVm, runUndoVm, target, verifyUndoVm, z } from '#kit';

/** Takes back a VM's restore: what it made is removed, or gives the place back that it took. */
export default defineAction({
  id: 'restore-vm-undo',
  uses: ['hypervisor', 'operations', 'self'],
  args: ['operation'],
  input: z.strictObject({ operation: operationId() }),
  timeout: '2h',
  cancel: 'never',
  plan: async ({ input, clients, signal }) => await planUndoVm(clients, input.operation, signal),
  // What is removed never comes back; a guest that gets its place back can wait for nobody.
  emergency: (_input, basis) => basis.mode !== 'remove',
  risk: 'danger',
  target: (input, { guest, name }) => target(input.operation, guest, `vm:${guest}`, ...(name === '' ? [] : [name])),
  locks: (_input, { guest, name }) => [...new Set([guest, name].filter((each) => each !== ''))].map((each) => `vm:${each}`),
  run: async (context) => await runUndoVm(context),
  verify: async (context) => await verifyUndoVm(context),
});
