import { systemClock } from '#kernel/clock.ts';
import type { Remote } from '#ports/remote.ts';
import type { Config } from '#config/schema.ts';

/** A machine of the configuration, connected to when it is first used. The adapter is loaded only here. */
export async function connectConfiguredRemote({ host, key, host_key: hostKey }: Config['hosts'][string]['ssh']): Promise<Remote> {
  const { connectRemote } = await import('#adapters/ssh/connect-remote.ts');
  const [, user = '', name = '', port = '22'] = /^([^@]+)@([^:]+)(?::(\d+))?$/u.exec(host) ?? [];
  return connectRemote({ host: name, port: Number(port), user, privateKey: key, hostKey, clock: systemClock });
}
