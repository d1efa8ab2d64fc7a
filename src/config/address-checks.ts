import { byName } from '#kernel/by-name.ts';
import type { Finding } from './finding.ts';
import type { Config } from './schema.ts';

/** An address stands there once. */
export function knownAddressProblems({ addresses }: Config): Finding[] {
  return addresses.flatMap(({ address }, index) =>
    addresses.findIndex((other) => other.address === address) < index
      ? [{ path: ['addresses', index, 'address'], message: `${address} stands there twice` }]
      : [],
  );
}

/** What is on a machine that vigie can't look at is unknown for ever. */
export function knownAddressWarnings({ addresses, hosts }: Config): Finding[] {
  const names = Object.entries(hosts).map(([name, { aliases }]) => [name, ...aliases]);
  return addresses.flatMap(({ machine }, index) =>
    machine === undefined || byName(names, machine, (all) => all) !== undefined
      ? []
      : [
          {
            path: ['addresses', index, 'machine'],
            message: `hosts names no machine ${machine}: nobody can tell whether it holds the address`,
          },
        ],
  );
}
