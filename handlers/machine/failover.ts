import { defineAction, failoverLocks, flag, host, machineTarget, planFailover, runFailover, verifyFailover, z } from '#kit';

/** A machine is dead: proves that it is off, then takes its names, addresses and Swarm nodes elsewhere. */
export default defineAction({
  id: 'failover',
  uses: ['power', 'hosts', 'hypervisor', 'prober', 'inventory', 'names', 'routes', 'swarm', 'network', 'self'],
  args: ['machine'],
  input: z.strictObject({ machine: host(), 'confirmed-off': flag().optional() }),
  timeout: '1h',
  cancel: 'between-steps',
  plan: async ({ input, clients, signal }) =>
    await planFailover(clients, { machine: input.machine, confirmed: input['confirmed-off'] === true }, signal),
  risk: 'danger',
  target: (_input, basis) => machineTarget(basis),
  locks: (_input, basis) => failoverLocks(basis),
  run: async (context) => await runFailover(context),
  verify: async (context) => await verifyFailover(context),
});
