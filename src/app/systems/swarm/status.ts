import { formatImage, type NodeView, type ServiceView, type SwarmReader } from '#ports/swarm.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Nodes, services short of tasks or stopped half-way; of one of them, what runs where. */
export async function swarmStatus(swarm: SwarmReader, { names, seen }: StatusAbout, signal: AbortSignal): Promise<readonly StatusLine[]> {
  const read = seen ?? swarm;
  const [nodes, services] = await Promise.all([read.nodes(signal), read.services(signal)]);
  if (names !== null) return await factsOf(swarm, { nodes, services, names }, signal);
  const off = services.filter(({ replicas }) => replicas === 0).map(({ name }) => name);
  return [
    ...nodes.flatMap(nodeTrouble),
    ...services.flatMap(serviceTrouble),
    ...(off.length === 0 ? [] : [line('fact', 'services-off', { names: off })]),
    line('well', 'swarm', {
      nodes: nodes.length,
      ready: nodes.filter((node) => nodeTrouble(node).length === 0).length,
      leader: nodes.find(({ leader }) => leader)?.hostname ?? null,
      services: services.length,
      whole: services.filter((service) => serviceTrouble(service).length === 0).length,
    }),
  ];
}

function line(level: StatusLine['level'], says: string, about: StatusLine['about']): StatusLine {
  return { level, says, about };
}

function nodeTrouble({ hostname, state, availability }: NodeView): readonly StatusLine[] {
  if (state !== 'ready') return [line('trouble', 'node-away', { name: hostname, state })];
  return availability === 'active' ? [] : [line('trouble', 'node-drained', { name: hostname, state: availability })];
}

function serviceTrouble({ name, running, replicas, update }: ServiceView): readonly StatusLine[] {
  const paused = update?.state === 'paused' || update?.state === 'rollback_paused';
  return [
    ...(replicas !== null && running < replicas ? [line('trouble', 'service-short', { name, running, replicas })] : []),
    ...(paused ? [line('trouble', 'service-paused', { name })] : []),
  ];
}

interface Looked {
  readonly nodes: readonly NodeView[];
  readonly services: readonly ServiceView[];
  readonly names: readonly string[];
}

async function factsOf(swarm: SwarmReader, { nodes, services, names }: Looked, signal: AbortSignal): Promise<readonly StatusLine[]> {
  const asked = services.filter(({ name }) => names.includes(name));
  const machines = nodes.filter(({ hostname }) => names.includes(hostname));
  const tasks = new Map(
    await Promise.all((machines.length > 0 ? services : asked).map(async ({ name }) => [name, await swarm.tasks(name, signal)] as const)),
  );
  const runningOn = (service: string): readonly string[] =>
    (tasks.get(service) ?? []).filter(({ state }) => state === 'running').flatMap(({ node }) => node ?? []);
  return [
    ...asked.flatMap((service) => [
      ...serviceTrouble(service),
      line('fact', 'service', {
        name: service.name,
        image: formatImage(service.image),
        running: service.running,
        replicas: service.replicas,
        nodes: [...new Set(runningOn(service.name))].toSorted(),
        updated: service.update?.completedAt ?? null,
      }),
    ]),
    ...machines.flatMap((node) => [
      ...nodeTrouble(node),
      line('fact', 'node', {
        name: node.hostname,
        leader: node.leader,
        services: services.map(({ name }) => name).filter((name) => runningOn(name).includes(node.hostname)),
      }),
    ]),
  ];
}
