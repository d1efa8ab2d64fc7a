import { defineAction, guest, guestToChange, startAgain, verifyStart, guestTarget, z } from '#kit';

/** Starts a guest that is off. */
export default defineAction({
  id: 'start',
  uses: ['hypervisor', 'self'],
  args: ['vm'],
  input: z.strictObject({ vm: guest() }),
  timeout: '10m',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const target = await guestToChange(clients, input.vm, signal);
    return {
      basis: { guest: target.name, vmid: target.vmid, node: target.node, state: target.state, memory: target.memoryBytes },
      effects: target.state === 'running' ? [] : [{ kind: 'start', name: target.name }],
    };
  },
  risk: 'change',
  target: (_input, basis) => guestTarget(basis),
  locks: (_input, basis) => [`vm:${basis.guest}`],
  run: ({ basis, clients, signal, pause, progress, step }) =>
    startAgain({ hypervisor: clients.hypervisor, signal, pause, progress }, basis.vmid, step),
  verify: async (context) => (context.step === 'start' ? await verifyStart(context) : { state: 'not-done' }),
});
