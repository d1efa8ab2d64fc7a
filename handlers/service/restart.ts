import {
  defineAction,
  formatImage,
  replacing,
  requirePlace,
  seeJobThrough,
  seeThrough,
  sendUpdate,
  service,
  verifySeeThrough,
  verifyUpdate,
  target,
  z,
  type ServiceView,
} from '#kit';

/** Starts all tasks of a service anew, one after the other, with the image that they run; a job's run again. */
export default defineAction({
  id: 'restart',
  uses: ['swarm', 'inventory', 'self'],
  args: ['service'],
  input: z.strictObject({ service: service() }),
  timeout: '2h',
  cancel: 'between-steps',
  async plan({ input, clients, signal }) {
    const current = await clients.swarm.service(input.service, signal);
    const facts = clients.inventory.service(current.name);
    const nothing = nothingToRun(current);
    const basis = {
      service: current.name,
      spec_hash: current.specHash,
      replicas: current.replicas,
      image: formatImage(current.image),
      order: current.policy.order,
      settle_ms: facts.settleMs,
      self: facts.self,
      short: nothing ? null : await requirePlace(clients.swarm, current, replacing(current), signal),
      job: current.job === null ? null : { iteration: current.job.iteration, completions: current.job.completions },
    };
    if (nothing) return { basis, effects: [] };
    // Not how many run: of a service that keeps crashing, or of a job, that is another number at each look.
    return { basis, effects: [{ kind: 'restart', replicas: current.replicas }] };
  },
  risk: (_input, basis) => (basis.self ? 'danger' : 'change'),
  emergency: (_input, basis) => !basis.self,
  target: (_input, basis) => target(basis.service),
  locks: (_input, basis) => [`swarm/service:${basis.service}`],
  async run(context) {
    const { basis, clients, step } = context;
    const since = await step('update', 'repeatable', (signal) => sendUpdate(clients, basis, { force: true }, signal));
    if (basis.job != null) return await seeJobThrough(context, basis.service, basis.job.iteration);
    return await seeThrough(context, { digest: null, reported: true, since }, (now) => isRestarted(now, basis));
  },
  verify: async (context) =>
    context.step === 'update' ? await verifyUpdate(context, (now) => isRestarted(now, context.basis)) : await verifySeeThrough(context),
});

/** A job runs again however its last run ended; of another service there has to be a task that is wanted. */
function nothingToRun({ job, replicas, running }: ServiceView): boolean {
  return job === null && (replicas === 0 || (replicas === null && running === 0));
}

/** A changed specification whose image and replicas are the same is the forced restart. */
function isRestarted(now: ServiceView, basis: { readonly replicas: number | null; readonly image: string }): boolean {
  return now.replicas === basis.replicas && formatImage(now.image) === basis.image;
}
