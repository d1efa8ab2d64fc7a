import { defineAction, operationId, planUndo, runUndo, verifyUndo, target, z } from '#kit';

/** Puts back what a restore replaced; what takes its leave this time is kept beside for seven days as well. */
export default defineAction({
  id: 'restore-undo',
  uses: ['databases', 'backups', 'swarm', 'operations', 'self'],
  args: ['operation'],
  input: z.strictObject({ operation: operationId() }),
  timeout: '30m',
  cancel: 'between-steps',
  plan: async ({ input, clients, operation, signal }) => await planUndo(clients, input.operation, operation, signal),
  risk: 'danger',
  target: (input, { decides }) => target(input.operation, decides.name, `db:${decides.name}`),
  locks: (_input, { decides }) => [
    `database:${decides.server}/${decides.name}`,
    ...decides.writers.map((service) => `swarm/service:${service}`),
  ],
  run: async (context) => await runUndo(context),
  verify: async (context) => await verifyUndo(context),
});
