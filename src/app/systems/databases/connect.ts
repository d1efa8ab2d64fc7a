import { join } from 'node:path';
import type { Databases } from '#ports/databases.ts';
import type { Remote } from '#ports/remote.ts';
import type { ConfiguredDatabase } from '#adapters/databases/create-databases.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';
import type { Needs } from '../system.ts';

export interface ConnectedDatabases extends Databases {
  close(): Promise<void>;
}

/** The databases of the configuration; null where there are none. The adapters are loaded only here. */
export async function connectConfiguredDatabases(config: Config, { clock, get }: Needs): Promise<ConnectedDatabases | null> {
  const databases = Object.entries(config.databases).map(configuredDatabase);
  if (databases.length === 0) return null;
  const { createDatabases } = await import('#adapters/databases/create-databases.ts');
  const { reportFolder } = await import('#adapters/reports/report-folder.ts');
  const hosts = await connectHosts(config, databases);
  return {
    ...createDatabases({
      databases,
      containers: get('containers'),
      hosts,
      clock,
      reports: reportFolder(join(config.state, 'reports'), clock),
    }),
    async close() {
      for (const remote of hosts.values()) await remote.close();
    },
  };
}

function configuredDatabase([name, entry]: [string, Config['databases'][string]]): ConfiguredDatabase {
  const { engine, service, host, database, used_by: usedBy, user, password, run_as: runAs, address, port, tls } = entry;
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
    tls: tls === undefined ? null : { ca: tls.ca, certificate: tls.certificate ?? null },
  };
}

async function connectHosts({ hosts }: Config, databases: readonly ConfiguredDatabase[]): Promise<ReadonlyMap<string, Remote>> {
  const names = new Set(databases.filter(({ server }) => server.kind === 'host').map(({ server }) => server.name));
  const wanted = Object.entries(hosts).filter(([name]) => names.has(name));
  return new Map(await Promise.all(wanted.map(async ([name, { ssh }]) => [name, await connectConfiguredRemote(ssh)] as const)));
}
