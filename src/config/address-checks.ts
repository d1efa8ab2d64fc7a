import { byName } from '#kernel/by-name.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Finding } from './finding.ts';
import type { Config } from './schema.ts';

/** An address stands there once, and goes where vigie can take it. */
export function knownAddressProblems({ addresses, hosts }: Config): Finding[] {
  const names = Object.entries(hosts).map(([name, { aliases }]) => [name, ...aliases]);
  return addresses.flatMap((each, index) => [
    ...(addresses.findIndex((other) => other.address === each.address) < index
      ? [{ path: ['addresses', index, 'address'], message: `${each.address} stands there twice` }]
      : []),
    ...moveProblems(each, names).map(({ path, message }) => ({ path: ['addresses', index, ...path], message })),
  ]);
}

/** What `failover` would find out at night. */
function moveProblems(
  { address, machine, moves_to: to, spare }: Config['addresses'][number],
  names: readonly (readonly string[])[],
): Finding[] {
  if (to.length === 0) return [];
  const path = ['moves_to'];
  if (address.includes(':')) return [{ path, message: 'moves IPv4 addresses alone' }];
  if (spare || machine === undefined) return [{ path, message: 'needs a machine that has the address, and a spare one has none' }];
  const same = byName(names, machine, (all) => all);
  return to.flatMap((name, index) => {
    const found = byName(names, name, (all) => all);
    if (found === undefined) return [{ path: [...path, index], message: unknownMachine(name, names.flat()) }];
    return found === same ? [{ path: [...path, index], message: `${name} has it already` }] : [];
  });
}

function unknownMachine(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  return `hosts names no machine ${name}${meant === null ? '' : `, did you mean ${meant}?`}`;
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
