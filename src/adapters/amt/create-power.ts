import { machineCalled, type MachineFacts, type Power } from '#ports/power.ts';
import { orderBoot } from './boot.ts';
import type { AmtClient } from './client.ts';
import { eventsOf } from './events.ts';
import { firmwareIn, inventoryOf } from './inventory.ts';
import { REQUESTS, stateOf } from './power.ts';
import type { RefusalMemory } from './refusals.ts';
import type { StateMemory } from './states.ts';

/** A machine with AMT. */
export interface AmtMachine {
  readonly facts: MachineFacts;
  readonly client: AmtClient;
  readonly refusals: RefusalMemory;
  readonly states: StateMemory;
}

/** Power of machines that have Intel AMT. */
export function createAmtPower(machines: readonly AmtMachine[]): Power {
  const of = (word: string): AmtMachine => machineCalled(machines, word, ({ facts }) => facts);
  return {
    machines: () => machines.map(({ facts }) => facts),
    async state(machine, signal) {
      const { client, states } = of(machine);
      const seen = await client.talk(signal, stateOf);
      return { ...seen, since: await states.note(seen.state) };
    },
    inventory: async (machine, signal) => await of(machine).client.talk(signal, inventoryOf),
    firmware: async (machine, signal) => await of(machine).client.talk(signal, async ({ all }) => firmwareIn(await all('firmware'))),
    events: async (machine, signal) => await of(machine).client.talk(signal, eventsOf),
    async refusals() {
      const found = await Promise.all(machines.map(async ({ facts, refusals }) => ({ machine: facts.name, at: await refusals.at() })));
      return found.flatMap(({ machine, at }) => (at === null ? [] : [{ machine, at }]));
    },
    again: async (machine) => await of(machine).refusals.forget(),
    async change(machine, change, signal) {
      await of(machine).client.talk(signal, async ({ does }) => {
        await does(change, (messages) => messages.power(REQUESTS[change]));
      });
    },
    bootOnce: async (machine, from, signal) => await of(machine).client.talk(signal, (conversation) => orderBoot(conversation, from)),
  };
}
