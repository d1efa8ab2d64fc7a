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
  type ServiceView,
  type SwarmReader,
} from '#kit';

/** More than twice as many tasks, or more than its configuration expects, can bring all machines of a small host down. */
function isCrowd(replicas: number, { from, most }: { readonly from: number | null; readonly most: number }): boolean {
  return replicas > (from ?? 0) && (replicas > 2 * Math.max(1, from ?? 0) || replicas > most);
}

/** What so many more tasks take of the nodes: what one of them reserves, and how many come to each node that takes work. */
async function takenBy(swarm: Pick<SwarmReader, 'nodes'>, { needs }: ServiceView, more: number, signal: AbortSignal) {
  const nodes = (await swarm.nodes(signal)).filter(({ state, availability }) => state === 'ready' && availability === 'active');
  return { more, each: Math.ceil(more / Math.max(1, nodes.length)), nodes: nodes.length, memory_bytes: needs.memoryBytes * more };
}

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
    const crowd = isCrowd(input.replicas, { from: current.replicas, most: facts.most });
    const basis = {
      service: current.name,
      spec_hash: current.specHash,
      from: current.replicas,
      most: facts.most,
      takes: crowd ? await takenBy(clients.swarm, current, more, signal) : null,
      settle_ms: facts.settleMs,
      stack: current.stack,
      short: await requirePlace(clients.swarm, current, { kind: 'more', tasks: more }, signal),
    };
    return {
      basis,
      effects: current.replicas === input.replicas ? [] : [{ kind: 'replicas', from: current.replicas, to: input.replicas }],
    };
  },
  risk: ({ replicas }, basis) => (replicas === 0 || isCrowd(replicas, basis) ? 'danger' : 'change'),
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
