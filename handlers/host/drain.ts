import {
  defineAction,
  isLastManager,
  judgeDrain,
  node,
  nodeCalled,
  seeDrained,
  sendAvailability,
  target,
  verifyAvailability,
  z,
  type Drain,
  type ReadClients,
  type ServiceView,
} from '#kit';

/** Takes all tasks off a node of the Swarm: they start on others, where these take them. */
export default defineAction({
  id: 'drain',
  uses: ['swarm', 'inventory'],
  args: ['node'],
  input: z.strictObject({ node: node() }),
  timeout: '1h',
  cancel: 'never',
  async plan({ input, clients, signal }) {
    const [nodes, services] = await Promise.all([clients.swarm.nodes(signal), clients.swarm.services(signal)]);
    const drained = nodeCalled(nodes, input.node, clients);
    const held = services.filter(({ id }) => drained.load.some(({ service }) => service === id));
    const fate = judgeDrain(drained.hostname, held, nodes);
    const basis = {
      node: drained.hostname,
      id: drained.id,
      availability: drained.availability,
      state: drained.state,
      last_manager: isLastManager(drained, nodes),
      held: held.map(({ name }) => name).toSorted(),
      ...fate,
      ...factsOf(clients, held, fate),
    };
    return { basis, effects: drained.availability === 'drain' ? [] : [{ kind: 'drain', name: drained.hostname }] };
  },
  risk: (_input, basis) =>
    basis.last_manager || basis.self || basis.databases.length > 0 || basis.stuck.some(({ down }) => down) ? 'danger' : 'change',
  target: (_input, basis) => target(basis.node),
  locks: () => ['swarm'],
  async run({ basis, clients, signal, pause, progress, step }) {
    await step('availability', 'repeatable', (stepSignal) => sendAvailability(clients, basis, 'drain', stepSignal));
    return await step('see-drained', 'repeatable', () => seeDrained({ swarm: clients.swarm, signal, pause, progress }, basis));
  },
  verify: async ({ basis, clients, step }) =>
    step === 'availability' ? await verifyAvailability(clients, basis, 'drain') : { state: 'not-done' },
});

/** What the configuration knows of what runs there: databases that stay away with the node, and vigie itself. */
function factsOf({ inventory }: Pick<ReadClients, 'inventory'>, held: readonly ServiceView[], { stuck }: Drain) {
  const facts = held.map(({ name }) => inventory.service(name));
  return {
    databases: stuck.map(({ service }) => service).filter((name) => facts.some((each) => each.name === name && each.database)),
    self: facts.some(({ self }) => self),
    settle_ms: Math.max(60_000, ...facts.map(({ settleMs }) => settleMs)),
  };
}
