import { z } from 'zod';
import type { Swarm } from '#ports/swarm.ts';
import { checkAddress, type DaemonAddress, nameOf } from './connection.ts';
import { Daemon } from './daemon.ts';
import { setAvailability } from './node-availability.ts';
import type { Registries } from './registry-auth.ts';
import { listTags } from './registry-tags.ts';
import { resolveImage } from './resolve-image.ts';
import { serviceLogs } from './service-logs.ts';
import { findService, listServices, viewOf } from './services.ts';
import { listNetworks, listNodes, listTasks } from './tasks.ts';
import { updateService } from './update-service.ts';

export type SwarmOptions = DaemonAddress & {
  readonly registries?: Registries;
  /** How Docker is reached on other nodes, which may hold an image whose registry doesn't answer. */
  readonly nodes?: readonly DaemonAddress[];
  /** For each request, its whole answer included; 30 s by default. */
  readonly timeoutMs?: number;
};

/** What `doctor` shows of a daemon. */
export interface DaemonFacts {
  readonly version: string;
  readonly apiVersion: string;
  readonly hostname: string;
  readonly manager: boolean;
}

export interface SwarmConnection extends Swarm {
  /** Whether the daemon answers, and whether it is a manager. @throws as every method */
  ping(signal?: AbortSignal): Promise<DaemonFacts>;
  close(): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 30_000;

const info = z.looseObject({
  ServerVersion: z.string(),
  Name: z.string(),
  Swarm: z.looseObject({ ControlAvailable: z.boolean().optional() }).optional(),
});
const version = z.looseObject({ ApiVersion: z.string() });

/**
 * A Docker Swarm behind one manager's API. Nothing is opened before the first request. Closing it leaves a `remote` that
 * was handed in open: it belongs to whoever made it.
 * @throws TypeError for plain TCP to another machine
 */
export function connectSwarm(options: SwarmOptions): SwarmConnection {
  const { registries = {}, timeoutMs = DEFAULT_TIMEOUT_MS, nodes: others = [] } = options;
  for (const address of [options, ...others]) checkAddress(address);
  const daemon = new Daemon(options, nameOf(options), timeoutMs);
  const nodes = others.map((address) => new Daemon(address, nameOf(address), timeoutMs));
  return {
    services: async (signal) => (await listServices(daemon, signal)).map((answer) => viewOf(daemon, answer)),
    service: async (name, signal) => viewOf(daemon, await findService(daemon, name, signal)),
    tasks: (service, signal) => listTasks(daemon, service, signal),
    nodes: (signal) => listNodes(daemon, signal),
    networks: (signal) => listNetworks(daemon, signal),
    resolveImage: (reference, signal) => resolveImage({ manager: daemon, nodes, registries }, reference, signal),
    tags: (repository, signal) => listTags({ manager: daemon, registries }, repository, signal),
    logs: (service, query, signal) => serviceLogs(daemon, service, query, signal),
    update: (service, index, change, signal) => updateService({ daemon, registries }, { service, version: index }, change, signal),
    setAvailability: (node, availability, signal) => setAvailability(daemon, node, availability, signal),
    ping: (signal) => ping(daemon, signal),
    close: async () => {
      for (const each of [daemon, ...nodes]) await each.close();
    },
  };
}

async function ping(daemon: Daemon, signal: AbortSignal | undefined): Promise<DaemonFacts> {
  const { ApiVersion: apiVersion } = await daemon.ask(version, signal, ({ docker }) => docker.version());
  const { ServerVersion: engine, Name: hostname, Swarm: swarm } = await daemon.ask(info, signal, ({ docker }) => docker.info());
  return { version: engine, apiVersion, hostname, manager: swarm?.ControlAvailable ?? false };
}
