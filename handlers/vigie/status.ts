import { defineQuery, isOpenEmergency, lastBackups, orUnknown, z, type ReadClients } from '#kit';

/** Machines and guests of Proxmox: those that are off and shouldn't be. @returns null where none is configured */
async function hypervisorsOf({ hypervisor, inventory }: Pick<ReadClients, 'hypervisor' | 'inventory'>, signal: AbortSignal) {
  const [cluster, guests] = await Promise.all([orUnknown(hypervisor.cluster(signal)), orUnknown(hypervisor.guests(signal))]);
  const problem = cluster.problem ?? guests.problem;
  if (problem?.code === 'hypervisor_not_configured') return null;
  const machines = (guests.known ?? []).filter(({ template }) => !template);
  const down = machines.filter(({ state }) => state !== 'running');
  return {
    problem: problem === null ? null : { ...problem },
    quorate: cluster.known?.quorate ?? null,
    away: (cluster.known?.nodes ?? []).filter(({ online }) => !online).map(({ name }) => name),
    running: machines.length - down.length,
    guests: machines.length,
    down: down.filter(({ name }) => !inventory.guest(name).mayBeOff).map(({ name, state, node }) => ({ name, state, node })),
  };
}

/** How things stand, in one look: hypervisors, nodes, services short of replicas, what is firing, what waits for somebody. */
export default defineQuery({
  id: 'status',
  uses: ['swarm', 'hypervisor', 'inventory', 'alerts', 'operations', 'backups', 'jobs', 'self', 'freezes'],
  input: z.strictObject({}),
  async run({ clients, signal }) {
    const [hypervisors, nodes, services] = await Promise.all([
      hypervisorsOf(clients, signal),
      orUnknown(clients.swarm.nodes(signal)),
      orUnknown(clients.swarm.services(signal)),
    ]);
    const open = clients.alerts.open().filter((alert) => alert['state'] !== 'pending');
    const freezes = (await clients.freezes.open()).map(({ operation, scope, by, reason, until }) => ({
      id: operation,
      scope,
      by,
      reason,
      until,
    }));
    const operations = await clients.operations.list({ open: true, limit: 10 });
    const short = (services.known ?? []).filter(({ replicas, running }) => replicas !== null && running < replicas);
    return {
      hypervisors,
      problem: nodes.problem === null ? null : { ...nodes.problem },
      nodes: (nodes.known ?? []).map(({ hostname, state, availability, leader }) => ({
        hostname,
        well: state === 'ready' && availability === 'active',
        state: state === 'ready' ? availability : state,
        leader,
      })),
      services: services.known?.length ?? null,
      off: (services.known ?? []).filter(({ replicas }) => replicas === 0).map(({ name }) => name),
      short: short.map(({ name, running, replicas }) => ({ name, running, replicas })),
      ...(await lastBackups(clients)),
      alerts: open.slice(0, 5),
      firing: open.length,
      freezes,
      operations: operations.map((each) => ({
        id: each.id,
        action: each.action,
        target: each.target,
        state: each.state,
        emergency: isOpenEmergency(each),
      })),
    };
  },
});
