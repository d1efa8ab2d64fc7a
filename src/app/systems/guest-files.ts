import { VigieError } from '#kernel/errors.ts';
import type { GuestFiles } from '#ports/guest-files.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from './remote.ts';
import { defineSystem } from './system.ts';

interface ConnectedGuestFiles extends GuestFiles {
  close(): Promise<void>;
}

const missing = async ({ node }: { readonly node: string }): Promise<never> => {
  throw new VigieError('node_without_ssh', { node });
};
const NO_GUEST_FILES: GuestFiles = {
  reaches: () => false,
  digest: missing,
  sizes: (node) => missing({ node }),
  copy: missing,
  remove: missing,
};

/** Files of those hypervisors whose `ssh` is configured. */
export const guestFiles = defineSystem({
  missing: NO_GUEST_FILES,
  connect: connectConfigured,
  close: (client) => client.close(),
});

async function connectConfigured({ proxmox }: Config): Promise<ConnectedGuestFiles | null> {
  const hosts = Object.entries(proxmox?.hosts ?? {}).flatMap(([name, { ssh }]) => (ssh === undefined ? [] : [{ name, ssh }]));
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
