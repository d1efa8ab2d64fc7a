import type { Swarm } from '#ports/swarm.ts';
import type { Remote } from '#ports/remote.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';

type SwarmConfig = NonNullable<Config['swarm']>;

export interface ConnectedSwarm extends Swarm {
  ping(signal?: AbortSignal): Promise<{ readonly version: string; readonly manager: boolean; readonly hostname: string }>;
  close(): Promise<void>;
}

/** Connects to the Swarm of the configuration. The adapter is loaded only here: a vigie without Docker doesn't pay for it. */
export async function connectConfiguredSwarm(config: SwarmConfig): Promise<ConnectedSwarm> {
  const { connectSwarm } = await import('#adapters/docker/connect-swarm.ts');
  const common = { registries: config.registries, timeoutMs: durationMs(config.timeout) };
  const unix = /^unix:\/\/(.+)$/u.exec(config.host);
  if (unix !== null) return connectSwarm({ kind: 'socket', path: unix[1] ?? '', ...common });
  const tcp = /^tcp:\/\/(.+):(\d+)$/u.exec(config.host);
  if (tcp !== null) return connectSwarm({ kind: 'tcp', host: tcp[1] ?? '', port: Number(tcp[2]), tls: config.tls ?? null, ...common });
  const remote = await connectRemoteOf(config);
  const swarm = connectSwarm({ kind: 'remote', remote, path: config.ssh?.socket ?? '/var/run/docker.sock', ...common });
  return {
    ...swarm,
    async close() {
      await swarm.close();
      await remote.close();
    },
  };
}

async function connectRemoteOf({ host, ssh }: SwarmConfig): Promise<Remote> {
  const { connectRemote } = await import('#adapters/ssh/connect-remote.ts');
  const [, user = '', name = '', port = '22'] = /^ssh:\/\/([^@]+)@([^:]+)(?::(\d+))?$/u.exec(host) ?? [];
  return connectRemote({ host: name, port: Number(port), user, privateKey: ssh?.key ?? '', hostKey: ssh?.host_key ?? '' });
}
