import { machineCalled, type MachineFacts, type Power } from '#ports/power.ts';

/**
 * Controllers of several kinds as one port.
 * @param order all names, as the configuration has them
 */
export function joinPowers(powers: readonly Power[], order: readonly string[]): Power {
  const all = powers
    .flatMap((power) => power.machines().map((facts): { readonly facts: MachineFacts; readonly power: Power } => ({ facts, power })))
    .toSorted((one, other) => order.indexOf(one.facts.name) - order.indexOf(other.facts.name));
  const of = (word: string): Power => machineCalled(all, word, ({ facts }) => facts).power;
  return {
    machines: () => all.map(({ facts }) => facts),
    state: async (machine, signal) => await of(machine).state(machine, signal),
    inventory: async (machine, signal) => await of(machine).inventory(machine, signal),
    firmware: async (machine, signal) => await of(machine).firmware(machine, signal),
    events: async (machine, signal) => await of(machine).events(machine, signal),
    screen: async (machine, signal) => await of(machine).screen(machine, signal),
    refusals: async () => (await Promise.all(powers.map((power) => power.refusals()))).flat(),
    again: async (machine) => await of(machine).again(machine),
    change: async (machine, change, signal) => await of(machine).change(machine, change, signal),
    bootOnce: async (machine, from, signal) => await of(machine).bootOnce(machine, from, signal),
  };
}
