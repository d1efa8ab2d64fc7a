import { defineQuery, VigieError, z } from '#kit';

/** What can't be asked now is said to be unknown: it is neither well nor ill. */
async function orUnknown<T>(asked: Promise<T>): Promise<{ readonly known: T | null; readonly problem: VigieError | null }> {
  try {
    return { known: await asked, problem: null };
  } catch (error) {
    if (!(error instanceof VigieError)) throw error;
    return { known: null, problem: error };
  }
}

/** How things stand, in one look: nodes, services short of replicas, what is firing, what waits for somebody. */
export default defineQuery({
  id: 'status',
  uses: ['swarm', 'alerts', 'operations'],
  input: z.strictObject({}),
  async run({ clients, signal }) {
    const [nodes, services] = await Promise.all([orUnknown(clients.swarm.nodes(signal)), orUnknown(clients.swarm.services(signal))]);
    const open = clients.alerts.open().filter((alert) => alert['state'] !== 'pending');
    const operations = await clients.operations.list({ open: true, limit: 10 });
    const short = (services.known ?? []).filter(({ replicas, running }) => replicas !== null && running < replicas);
    return {
      problem: nodes.problem === null ? null : { code: nodes.problem.code, params: nodes.problem.params },
      nodes: (nodes.known ?? []).map(({ hostname, state, availability, leader }) => ({
        hostname,
        well: state === 'ready' && availability === 'active',
        state: state === 'ready' ? availability : state,
        leader,
      })),
      services: services.known?.length ?? null,
      short: short.map(({ name, running, replicas }) => ({ name, running, replicas })),
      alerts: open.slice(0, 5),
      firing: open.length,
      operations: operations.map(({ id, action, target, state, emergency }) => ({ id, action, target, state, emergency })),
    };
  },
});
