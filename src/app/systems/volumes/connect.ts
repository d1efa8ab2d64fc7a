import type { Clock } from '#kernel/clock.ts';
import type { Volumes } from '#ports/volumes.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';

export interface ConnectedVolumes extends Volumes {
  close(): Promise<void>;
}

/** GlusterFS of the configuration, connected to when it is first asked something; null where it isn't configured. */
export async function connectConfiguredVolumes(
  { gluster, hosts }: Pick<Config, 'gluster' | 'hosts'>,
  clock: Clock,
): Promise<ConnectedVolumes | null> {
  if (gluster === undefined) return null;
  const { createVolumes } = await import('#adapters/gluster/create-volumes.ts');
  const named = [...new Set([...gluster.hosts, ...gluster.mounts.map(({ host }) => host)])];
  const reached = await Promise.all(named.map((name) => machineOf(name, hosts[name])));
  const machines = new Map(reached.flatMap((machine) => (machine === null ? [] : [[machine.name, machine] as const])));
  const called = (name: string) => {
    const machine = machines.get(name);
    return machine === undefined ? [] : [machine];
  };
  return {
    ...createVolumes({
      machines: gluster.hosts.flatMap(called),
      mounts: gluster.mounts.flatMap(({ host, path, volume, marker }) =>
        called(host).map((machine) => ({ machine, volume, directory: path, marker: marker ?? null })),
      ),
      aside: gluster.aside,
      clock,
    }),
    async close() {
      await Promise.all([...machines.values()].map(({ remote }) => remote.close()));
    },
  };
}

async function machineOf(name: string, host: Config['hosts'][string] | undefined) {
  if (host === undefined) return null;
  const { ssh, aliases } = host;
  return { name, aliases, remote: await connectConfiguredRemote(ssh), sudo: !ssh.host.startsWith('root@') };
}
