import { createNames } from '#adapters/names/create-names.ts';
import { createNetwork } from '#adapters/network/create-network.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { OwnAddress } from '#domain/names/name-view.ts';
import type { Names } from '#ports/names.ts';
import type { KnownAddress, Network } from '#ports/network.ts';

/** Machines of a network, each behind an sshd at a port of loopback. */
export interface Doors {
  readonly ports: Readonly<Record<string, number>>;
  readonly privateKey: string;
  /** `SHA256:…` */
  readonly hostKey: string;
  readonly known: readonly KnownAddress[];
}

/** A zone on real servers, the primary first, with a key that may change `names` in it. */
export interface Zone {
  readonly zone: string;
  /** `127.0.0.1:5353` */
  readonly servers: readonly string[];
  /** Base64. */
  readonly secret: string;
  readonly names: readonly string[];
  readonly own: readonly OwnAddress[];
}

export function networkOver({ ports, privateKey, hostKey, known }: Doors): Network & { close(): Promise<void> } {
  const machines = Object.entries(ports).map(([name, port]) => ({
    name,
    aliases: [],
    remote: connectRemote({ host: '127.0.0.1', port, user: 'root', privateKey, hostKey, timeoutMs: 5_000 }),
    sudo: false,
    hypervisor: name === 'alice',
  }));
  return {
    ...createNetwork(machines, known),
    async close() {
      await Promise.all(machines.map(({ remote }) => remote.close()));
    },
  };
}

export function namesOver({ zone, servers, secret, names, own }: Zone): Names {
  const [primary = ''] = servers;
  return createNames({
    names: [...names],
    addresses: own,
    mostTtl: 600,
    resolver: primary,
    zones: { [zone]: [...servers] },
    updates: { [zone]: { server: primary, key: { name: 'vigie', secret: Buffer.from(secret, 'base64') } } },
    now: () => Date.now(),
    timeoutMs: 3_000,
  });
}
