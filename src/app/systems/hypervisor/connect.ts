import type { Clock } from '#kernel/clock.ts';
import type { ConnectedHypervisor, ProxmoxHost } from '#adapters/proxmox/connect-proxmox.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import { connectConfiguredRemote } from '../remote.ts';

type ProxmoxConfig = NonNullable<Config['proxmox']>;
type HostConfig = ProxmoxConfig['hosts'][string];

/** The Proxmox of the configuration, or null. Nothing is connected to before it is asked something; the adapter is loaded only here. */
export async function connectConfiguredHypervisor(config: Config['proxmox'], clock: Clock): Promise<ConnectedHypervisor | null> {
  if (config === undefined) return null;
  const { connectProxmox } = await import('#adapters/proxmox/connect-proxmox.ts');
  const { readScreen } = await import('#adapters/rfb/read-screen.ts');
  const hosts = Object.values(config.hosts);
  // Every API is tried before the first `pvesh`, which is slow.
  const apis = hosts.flatMap((host) => apiOf(host, config.token));
  const shells = await Promise.all(hosts.map((host) => shellOf(host)));
  return connectProxmox({ hosts: [...apis, ...shells.flat()], timeoutMs: durationMs(config.timeout), clock, readScreen });
}

function apiOf({ url, fingerprint }: HostConfig, token: string | undefined): readonly ProxmoxHost[] {
  if (url === undefined || fingerprint === undefined || token === undefined) return [];
  return [{ kind: 'api', url, fingerprint, token }];
}

async function shellOf({ ssh }: HostConfig): Promise<readonly ProxmoxHost[]> {
  if (ssh === undefined) return [];
  return [{ kind: 'ssh', remote: await connectConfiguredRemote(ssh), sudo: !ssh.host.startsWith('root@') }];
}
