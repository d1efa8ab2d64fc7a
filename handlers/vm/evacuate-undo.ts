import { defineAction, operationId, planEvacuateUndo, runMoves, target, verifyMoves, z } from '#kit';

/** Brings the guests back that an `evacuate` moved away, the last one first. */
export default defineAction({
  id: 'evacuate-undo',
  uses: ['hypervisor', 'inventory', 'operations'],
  args: ['operation'],
  input: z.strictObject({ operation: operationId() }),
  timeout: '12h',
  cancel: 'between-steps',
  plan: async ({ input, clients, signal }) => await planEvacuateUndo(clients, input.operation, signal),
  risk: 'danger',
  target: (input, { node }) => target(input.operation, node),
  locks: (_input, { moves }) => moves.map(({ guest }) => `vm:${guest}`),
  run: async (context) => await runMoves(context),
  verify: async (context) => await verifyMoves(context),
});
