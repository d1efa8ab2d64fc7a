import { defineAction, followRollout, formatImage, sendUpdate, service, verifyUpdate, target, z } from '#kit';

/** Starts all tasks of a service anew, one after the other, with the image that they run. */
export default defineAction({
  id: 'restart',
  uses: ['swarm', 'inventory', 'self'],
  args: ['service'],
  input: z.strictObject({ service: service() }),
  timeout: '15m',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const current = await clients.swarm.service(input.service, signal);
    const facts = clients.inventory.service(current.name);
    const basis = {
      service: current.name,
      spec_hash: current.specHash,
      replicas: current.replicas,
      image: formatImage(current.image),
      order: current.policy.order,
      settle_ms: facts.settleMs,
      self: facts.self,
    };
    return { basis, effects: [{ kind: 'restart', running: current.running, replicas: current.replicas }] };
  },
  risk: (_input, basis) => (basis.self ? 'danger' : 'change'),
  emergency: (_input, basis) => !basis.self,
  target: (_input, basis) => target(basis.service),
  locks: (_input, basis) => [`swarm/service:${basis.service}`],
  async run({ basis, clients, signal, pause, progress, step }) {
    const since = await step('update', 'repeatable', (stepSignal) => sendUpdate(clients, basis, { force: true }, stepSignal));
    const { running, wanted } = await followRollout(
      { swarm: clients.swarm, signal, pause, progress },
      basis.service,
      { digest: null, reported: true, since },
      basis.settle_ms,
    );
    return { running, wanted };
  },
  // A changed specification whose image and replicas are the same is the forced restart.
  verify: async (context) =>
    context.step === 'update'
      ? await verifyUpdate(context, (now) => now.replicas === context.basis.replicas && formatImage(now.image) === context.basis.image)
      : { state: 'not-done' },
});
