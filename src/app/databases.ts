import { join } from 'node:path';
import { systemClock } from '#kernel/clock.ts';
import type { Databases } from '#ports/databases.ts';
import type { Remote } from '#ports/remote.ts';
import { reportFolder } from '#adapters/reports/report-folder.ts';
import type { ConfiguredDatabase } from '#adapters/databases/create-databases.ts';
import type { ContainersConnection } from '#adapters/docker/connect-containers.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from './remote.ts';
import { configuredDocker } from './swarm.ts';

export interface ConnectedDatabases extends Databases {
  close(): Promise<void>;
}

/** The databases of the configuration; null where there are none. The adapters are loaded only here. */
export async function connectConfiguredDatabases(config: Config): Promise<ConnectedDatabases | null> {
  const databases = Object.entries(config.databases).map(configuredDatabase);
  if (databases.length === 0) return null;
  const { createDatabases } = await import('#adapters/databases/create-databases.ts');
  const containers = databases.some(({ server }) => server.kind === 'service') ? await connectConfiguredContainers(config.swarm) : null;
  const hosts = await connectHosts(config, databases);
  return {
    ...createDatabases({
      databases,
      containers,
      hosts,
      clock: systemClock,
      reports: reportFolder(join(config.state, 'reports'), systemClock),
    }),
    async close() {
      await containers?.close();
      for (const remote of hosts.values()) await remote.close();
    },
  };
}

function configuredDatabase([name, entry]: [string, Config['databases'][string]]): ConfiguredDatabase {
  const { engine, service, host, database, used_by: usedBy, user, password, run_as: runAs, address, port } = entry;
  const server = service === undefined ? { kind: 'host' as const, name: host ?? '' } : { kind: 'service' as const, name: service };
  return {
    name,
    engine,
    database: database ?? name,
    server,
    usedBy,
    user: user ?? null,
    password: password ?? null,
    runAs: runAs ?? null,
    address: address ?? null,
    port: port ?? null,
  };
}

/** The containers of the Swarm, through the Docker of each node. */
async function connectConfiguredContainers(swarm: Config['swarm']): Promise<ContainersConnection | null> {
  if (swarm === undefined) return null;
  const { connectContainers } = await import('#adapters/docker/connect-containers.ts');
  const manager = await configuredDocker(swarm);
  const nodes = await Promise.all(Object.entries(swarm.nodes).map(async ([name, node]) => [name, await configuredDocker(node)] as const));
  const containers = connectContainers({
    manager: manager.address,
    nodes: Object.fromEntries(nodes.map(([name, { address }]) => [name, address])),
    timeoutMs: durationMs(swarm.timeout),
  });
  return {
    ...containers,
    async close() {
      await containers.close();
      for (const docker of [manager, ...nodes.map(([, node]) => node)]) await docker.close();
    },
  };
}

async function connectHosts({ hosts }: Config, databases: readonly ConfiguredDatabase[]): Promise<ReadonlyMap<string, Remote>> {
  const names = new Set(databases.filter(({ server }) => server.kind === 'host').map(({ server }) => server.name));
  const wanted = Object.entries(hosts).filter(([name]) => names.has(name));
  return new Map(await Promise.all(wanted.map(async ([name, { ssh }]) => [name, await connectConfiguredRemote(ssh)] as const)));
}
