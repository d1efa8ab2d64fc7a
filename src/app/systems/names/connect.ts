import { systemClock } from '#kernel/clock.ts';
import type { Names } from '#ports/names.ts';
import type { NamesProbed } from '#adapters/probe/names.ts';
import { durationMs } from '#config/parts.ts';
import type { Config } from '#config/schema.ts';
import type { Needs } from '../system.ts';

export interface ConnectedNames extends Names {
  /** What names are held against by a probe. */
  readonly sources: NamesProbed;
}

export async function connectConfiguredNames(
  config: Config['names'],
  addresses: Config['addresses'],
  get: Needs['get'],
): Promise<ConnectedNames> {
  const { createNames } = await import('#adapters/names/create-names.ts');
  const names = createNames({
    names: config.public,
    addresses: addresses.map(({ address, machine = null, purpose = null, spare }) => ({ address, machine, purpose, spare })),
    mostTtl: durationMs(config.ttl) / 1_000,
    resolver: config.resolver ?? null,
    now: () => systemClock.now(),
    updates: Object.fromEntries(
      Object.entries(config.zones).flatMap(([name, { servers, update }]) =>
        update === undefined
          ? []
          : [
              [
                name,
                { server: update.server ?? servers[0] ?? '', key: { name: update.key, secret: Buffer.from(update.secret, 'base64') } },
              ] as const,
            ],
      ),
    ),
    zones: Object.fromEntries(Object.entries(config.zones).map(([name, { servers }]) => [name, servers])),
  });
  return {
    ...names,
    sources: { names, routes: get('routes'), swarm: get('swarm'), hypervisor: get('hypervisor'), now: () => systemClock.now() },
  };
}
