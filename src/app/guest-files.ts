import type { GuestFiles } from '#ports/guest-files.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from './remote.ts';

export interface ConnectedGuestFiles extends GuestFiles {
  close(): Promise<void>;
}

/** Files of those hypervisors whose `ssh` is configured, each connected to when it is first asked something; null where none is. */
export async function connectConfiguredGuestFiles(config: Config['proxmox']): Promise<ConnectedGuestFiles | null> {
  const hosts = Object.entries(config?.hosts ?? {}).flatMap(([name, { ssh }]) => (ssh === undefined ? [] : [{ name, ssh }]));
  if (hosts.length === 0) return null;
  const { createGuestFiles } = await import('#adapters/guest-files/create-guest-files.ts');
  const nodes = await Promise.all(
    hosts.map(async ({ name, ssh }) => ({ name, remote: await connectConfiguredRemote(ssh), sudo: !ssh.host.startsWith('root@') })),
  );
  return {
    ...createGuestFiles(nodes),
    async close() {
      await Promise.all(nodes.map(({ remote }) => remote.close()));
    },
  };
}
