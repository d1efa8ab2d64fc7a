import type { Swarm } from '#ports/swarm.ts';
import type { Remote } from '#ports/remote.ts';
import type { DaemonAddress } from '#adapters/docker/connection.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';

type SwarmConfig = NonNullable<Config['swarm']>;
type DockerConfig = SwarmConfig['nodes'][string];

export interface ConnectedSwarm extends Swarm {
  ping(signal?: AbortSignal): Promise<{ readonly version: string; readonly manager: boolean; readonly hostname: string }>;
  close(): Promise<void>;
}

/** Where a Docker daemon is, and how to let go of the way there. */
export interface ConfiguredDocker {
  readonly address: DaemonAddress;
  close(): Promise<void>;
}

/** Connects to the Swarm of the configuration. The adapter is loaded only here: a vigie without Docker doesn't pay for it. */
export async function connectConfiguredSwarm(config: SwarmConfig): Promise<ConnectedSwarm> {
  const { connectSwarm } = await import('#adapters/docker/connect-swarm.ts');
  const docker = await configuredDocker(config);
  const nodes = await Promise.all(Object.values(config.nodes).map(configuredDocker));
  const swarm = connectSwarm({
    ...docker.address,
    nodes: nodes.map(({ address }) => address),
    registries: config.registries,
    timeoutMs: durationMs(config.timeout),
  });
  return {
    ...swarm,
    async close() {
      await swarm.close();
      for (const each of [docker, ...nodes]) await each.close();
    },
  };
}

export async function configuredDocker(config: DockerConfig): Promise<ConfiguredDocker> {
  const close = (): Promise<void> => Promise.resolve();
  const unix = /^unix:\/\/(.+)$/u.exec(config.host);
  if (unix !== null) return { address: { kind: 'socket', path: unix[1] ?? '' }, close };
  const tcp = /^tcp:\/\/(.+):(\d+)$/u.exec(config.host);
  if (tcp !== null) return { address: { kind: 'tcp', host: tcp[1] ?? '', port: Number(tcp[2]), tls: config.tls ?? null }, close };
  const remote = await connectRemoteOf(config);
  const path = config.ssh?.socket ?? '/var/run/docker.sock';
  return { address: { kind: 'remote', remote, path }, close: () => remote.close() };
}

async function connectRemoteOf({ host, ssh }: DockerConfig): Promise<Remote> {
  const { connectRemote } = await import('#adapters/ssh/connect-remote.ts');
  const [, user = '', name = '', port = '22'] = /^ssh:\/\/([^@]+)@([^:]+)(?::(\d+))?$/u.exec(host) ?? [];
  return connectRemote({ host: name, port: Number(port), user, privateKey: ssh?.key ?? '', hostKey: ssh?.host_key ?? '' });
}
