import {
  count,
  defineAction,
  requirePlace,
  seeThrough,
  sendUpdate,
  service,
  verifySeeThrough,
  verifyUpdate,
  VigieError,
  target,
  z,
} from '#kit';

/** More than any service of a small host wants: so many tasks can bring all of its machines down. */
const CROWD = 20;

/** Changes how many tasks of a service run. */
export default defineAction({
  id: 'scale',
  uses: ['swarm', 'inventory', 'self'],
  args: ['service', 'replicas'],
  input: z.strictObject({ service: service(), replicas: count() }),
  timeout: '2h',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const current = await clients.swarm.service(input.service, signal);
    if (current.mode !== 'replicated') throw new VigieError('service_not_replicated', { service: current.name, mode: current.mode });
    const facts = clients.inventory.service(current.name);
    if (facts.database && input.replicas > 1)
      throw new VigieError('database_replicas', { service: current.name, replicas: input.replicas });
    const more = Math.max(0, input.replicas - (current.replicas ?? 0));
    const basis = {
      service: current.name,
      spec_hash: current.specHash,
      from: current.replicas,
      settle_ms: facts.settleMs,
      stack: current.stack,
      short: await requirePlace(clients.swarm, current, { kind: 'more', tasks: more }, signal),
    };
    return {
      basis,
      effects: current.replicas === input.replicas ? [] : [{ kind: 'replicas', from: current.replicas, to: input.replicas }],
    };
  },
  risk: ({ replicas }, { from }) => (replicas === 0 || replicas > Math.max(CROWD, from ?? 0) ? 'danger' : 'change'),
  target: (_input, basis) => target(basis.service),
  locks: (_input, basis) => [`swarm/service:${basis.service}`],
  async run(context) {
    const { input, basis, clients, step } = context;
    const since = await step('update', 'repeatable', (signal) => sendUpdate(clients, basis, { replicas: input.replicas }, signal));
    return await seeThrough(context, { digest: null, reported: false, since }, (now) => now.replicas === input.replicas);
  },
  verify: async (context) =>
    context.step === 'update'
      ? await verifyUpdate(context, (now) => now.replicas === context.input.replicas)
      : await verifySeeThrough(context),
});
