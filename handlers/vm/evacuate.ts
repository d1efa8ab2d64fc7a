import { defineAction, node, planEvacuate, runMoves, target, verifyMoves, z } from '#kit';

/** Moves all guests of a hypervisor to the others, one after the other. */
export default defineAction({
  id: 'evacuate',
  uses: ['hypervisor', 'inventory', 'operations'],
  args: ['node'],
  input: z.strictObject({ node: node() }),
  timeout: '12h',
  cancel: 'between-steps',
  plan: async ({ input, clients, signal }) => await planEvacuate(clients, input.node, signal),
  risk: 'danger',
  target: (_input, basis) => target(basis.node),
  locks: (_input, { moves }) => moves.map(({ guest }) => `vm:${guest}`),
  run: async (context) => await runMoves(context),
  verify: async (context) => await verifyMoves(context),
});
