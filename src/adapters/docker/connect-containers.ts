import { z } from 'zod';
import type { ContainerRef, Containers, RunningContainer } from '#ports/containers.ts';
import type { DaemonAddress } from './connection.ts';
import { execStream } from './exec-stream.ts';
import { NodeDaemons } from './node-daemons.ts';
import { dataVolume, useVolume } from './service-volume.ts';
import { findService } from './services.ts';
import { hostnames, listTasks } from './tasks.ts';
import { removeThrowaway, runThrowaway, throwawaysOf } from './throwaway.ts';

export interface ContainersOptions {
  readonly manager: DaemonAddress;
  /** How Docker is reached on the nodes, by their host names; the manager's own needs no mention. */
  readonly nodes: Readonly<Record<string, DaemonAddress>>;
  /** For each request; 30 s by default. A command's own streams have none. */
  readonly timeoutMs?: number;
}

export interface ContainersConnection extends Containers {
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 30_000;

const tasks = z.array(
  z.looseObject({
    NodeID: z.string().optional(),
    Status: z.looseObject({ State: z.string(), ContainerStatus: z.looseObject({ ContainerID: z.string().optional() }).nullish() }),
  }),
);
const container = z.looseObject({ Image: z.string(), Config: z.looseObject({ Env: z.array(z.string()).nullish() }).nullish() });

/**
 * The containers of a Swarm: where they are is asked of the manager each time, what is done inside of them goes to the Docker of their node.
 * @throws TypeError for plain TCP to another machine
 */
export function connectContainers({ manager, nodes, timeoutMs = DEFAULT_TIMEOUT_MS }: ContainersOptions): ContainersConnection {
  const daemons = new NodeDaemons(manager, nodes, timeoutMs);
  return {
    find: (service, signal) => find(daemons, service, signal),
    trouble: async (service, signal) =>
      (await listTasks(daemons.manager, service, signal)).find(({ error }) => error !== null)?.error ?? null,
    exec: ({ id, node }, command, signal) => daemons.on(node, signal, (daemon) => execStream(daemon, id, command, signal)),
    async run(options, signal) {
      const { node } = options;
      return { node, id: await daemons.on(node, signal, (daemon) => runThrowaway(daemon, options, signal)) };
    },
    throwaways: (labels, signal) => throwaways(daemons, labels, signal),
    remove: ({ id, node }, signal) => daemons.on(node, signal, (daemon) => removeThrowaway(daemon, id, signal)),
    dataVolume: (service, paths, signal) => dataVolume(daemons.manager, service, paths, signal),
    useVolume: (service, now, fresh, signal) => useVolume(daemons.manager, service, { now, fresh }, signal),
    close: () => daemons.close(),
  };
}

async function find(daemons: NodeDaemons, service: string, signal?: AbortSignal): Promise<RunningContainer | null> {
  const { manager } = daemons;
  const answer = await findService(manager, service, signal);
  const { ID: id } = answer;
  const filters = JSON.stringify({ service: [id], 'desired-state': ['running'] });
  const found = await manager.ask(tasks, signal, ({ docker, signal: abortSignal }) => docker.listTasks({ filters, abortSignal }));
  const running = found.find(({ Status: status }) => status.State === 'running');
  const [task, containerId] = [running?.NodeID, running?.Status.ContainerStatus?.ContainerID];
  if (task === undefined || containerId === undefined) return null;
  const node = (await hostnames(manager, signal)).get(task) ?? task;
  const { Image: image, Config: config } = await daemons.on(node, signal, (daemon) =>
    daemon.ask(container, signal, ({ docker, signal: abortSignal }) => docker.getContainer(containerId).inspect({ abortSignal })),
  );
  return { id: containerId, node, image, configs: configsOf(answer), users: usersIn(config?.Env ?? []) };
}

/** Nothing else of an environment is kept: it has passwords. */
function usersIn(env: readonly string[]): Readonly<Record<string, string>> {
  const named = env.map((line) => /^(\w+_USER(?:NAME)?)=(.+)$/u.exec(line) ?? []);
  return Object.fromEntries(named.flatMap(([, name, user]) => (name === undefined || user === undefined ? [] : [[name, user]])));
}

const configured = z.looseObject({
  Spec: z.looseObject({
    TaskTemplate: z.looseObject({
      ContainerSpec: z.looseObject({ Configs: z.array(z.looseObject({ File: z.looseObject({ Name: z.string() }).nullish() })).nullish() }),
    }),
  }),
});

function configsOf(answer: unknown): readonly string[] {
  const { Configs: configs } = configured.parse(answer).Spec.TaskTemplate.ContainerSpec;
  return (configs ?? []).flatMap(({ File: file }) =>
    file === undefined || file === null ? [] : [file.Name.startsWith('/') ? file.Name : `/${file.Name}`],
  );
}

async function throwaways(
  daemons: NodeDaemons,
  labels: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<readonly ContainerRef[]> {
  const found: ContainerRef[] = [];
  for (const node of await daemons.names(signal)) {
    const ids = await daemons.on(node, signal, (daemon) => throwawaysOf(daemon, labels, signal));
    found.push(...ids.map((id) => ({ id, node })));
  }
  return found;
}
