import type { Disks } from '#ports/disks.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';

export interface ConnectedDisks extends Disks {
  close(): Promise<void>;
}

/** The machines of the configuration, each connected to when it is first asked; null where there is none. */
export async function connectConfiguredDisks(hosts: Config['hosts']): Promise<ConnectedDisks | null> {
  const entries = Object.entries(hosts);
  if (entries.length === 0) return null;
  const { createDisks } = await import('#adapters/disks/create-disks.ts');
  const machines = await Promise.all(
    entries.map(async ([name, { ssh, aliases }]) => ({
      name,
      aliases,
      remote: await connectConfiguredRemote(ssh),
      sudo: !ssh.host.startsWith('root@'),
    })),
  );
  return {
    ...createDisks(machines),
    async close() {
      await Promise.all(machines.map(({ remote }) => remote.close()));
    },
  };
}
