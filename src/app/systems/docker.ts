import { systemClock } from '#kernel/clock.ts';
import type { Remote } from '#ports/remote.ts';
import type { DaemonAddress } from '#adapters/docker/connection.ts';
import type { Config } from '#config/schema.ts';

type DockerConfig = NonNullable<Config['swarm']>['nodes'][string];

/** Where a Docker daemon is, and how to let go of the way there. */
export interface ConfiguredDocker {
  readonly address: DaemonAddress;
  close(): Promise<void>;
}

/** The Docker daemon of the configuration; where it is reached over SSH, that is connected to when it is first used. */
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
  return connectRemote({
    host: name,
    port: Number(port),
    user,
    privateKey: ssh?.key ?? '',
    hostKey: ssh?.host_key ?? '',
    clock: systemClock,
  });
}
