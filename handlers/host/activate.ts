import {
  defineAction,
  node,
  nodeCalled,
  returning,
  sendAvailability,
  target,
  verifyAvailability,
  z,
  type Returning,
  type SwarmReader,
} from '#kit';

/** Lets a node of the Swarm take tasks again, after it was drained or paused. */
export default defineAction({
  id: 'activate',
  uses: ['swarm', 'inventory'],
  args: ['node'],
  input: z.strictObject({ node: node() }),
  timeout: '5m',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const [nodes, services] = await Promise.all([clients.swarm.nodes(signal), clients.swarm.services(signal)]);
    const back = nodeCalled(nodes, input.node, clients);
    const basis = {
      node: back.hostname,
      id: back.id,
      availability: back.availability,
      state: back.state,
      ...(await withoutPlace(clients, returning(back, services), signal)),
    };
    return { basis, effects: back.availability === 'active' ? [] : [{ kind: 'activate', name: back.hostname }] };
  },
  risk: 'change',
  target: (_input, basis) => target(basis.node),
  locks: () => ['swarm'],
  async run({ basis, clients, step }) {
    await step('availability', 'repeatable', (signal) => sendAvailability(clients, basis, 'active', signal));
    return { node: basis.node };
  },
  verify: async ({ basis, clients }) => await verifyAvailability(clients, basis, 'active'),
});

/** Of services that lack tasks only those whose tasks wait for a node: others are starting, or failing. */
async function withoutPlace({ swarm }: { readonly swarm: Pick<SwarmReader, 'tasks'> }, found: Returning, signal: AbortSignal) {
  const tasks = await Promise.all(found.waiting.map((service) => swarm.tasks(service, signal)));
  const waits = (index: number): boolean => tasks[index]?.some(({ state, node }) => state === 'pending' && node === null) ?? false;
  return { ...found, waiting: found.waiting.filter((_service, index) => waits(index)) };
}
