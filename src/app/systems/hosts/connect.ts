import type { Hosts } from '#ports/hosts.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';

export interface ConnectedHosts extends Hosts {
  close(): Promise<void>;
}

/** The machines of the configuration, each connected to when it is first asked something; null where none is configured. */
export async function connectConfiguredHosts(config: Config['hosts']): Promise<ConnectedHosts | null> {
  const entries = Object.entries(config);
  if (entries.length === 0) return null;
  const { createHosts } = await import('#adapters/hosts/create-hosts.ts');
  const machines = await Promise.all(
    entries.map(async ([name, { ssh, partials, aliases }]) => ({ name, aliases, partials, remote: await connectConfiguredRemote(ssh) })),
  );
  return {
    ...createHosts(machines),
    async close() {
      await Promise.all(machines.map(({ remote }) => remote.close()));
    },
  };
}
