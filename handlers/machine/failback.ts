import { defineAction, failbackLocks, host, machineTarget, planFailback, runFailback, verifyFailback, z } from '#kit';

/** A machine is back: what its failover took elsewhere goes back to it, in reverse. */
export default defineAction({
  id: 'failback',
  uses: ['power', 'hosts', 'hypervisor', 'prober', 'inventory', 'names', 'routes', 'swarm', 'network', 'self', 'operations'],
  args: ['machine'],
  input: z.strictObject({ machine: host() }),
  timeout: '4h',
  cancel: 'between-steps',
  plan: async ({ input, clients, signal }) => await planFailback(clients, input.machine, signal),
  risk: 'danger',
  target: (_input, basis) => machineTarget(basis),
  locks: (_input, basis) => failbackLocks(basis),
  run: async (context) => await runFailback(context),
  verify: async (context) => await verifyFailback(context),
});
