import { VigieError } from '#kernel/errors.ts';
import { machineCalled, type MachineFacts, type Power } from '#ports/power.ts';
import type { RefusalMemory } from '../refusals.ts';
import type { StateMemory } from '../states.ts';
import { orderBoot } from './boot.ts';
import type { RedfishClient } from './client.ts';
import { eventsOf } from './events.ts';
import { firmwareOf, inventoryOf } from './inventory.ts';
import { changePower, stateOf } from './power.ts';

/** A machine whose controller speaks Redfish. */
export interface RedfishMachine {
  readonly facts: MachineFacts;
  readonly client: RedfishClient;
  readonly refusals: RefusalMemory;
  readonly states: StateMemory;
}

/** Power of machines whose controllers speak Redfish: iDRAC, iLO, XClarity, OpenBMC. */
export function createRedfishPower(machines: readonly RedfishMachine[]): Power {
  const of = (word: string): RedfishMachine => machineCalled(machines, word, ({ facts }) => facts);
  return {
    machines: () => machines.map(({ facts }) => facts),
    async state(machine, signal) {
      const { client, states } = of(machine);
      const seen = await client.talk(signal, stateOf);
      return { ...seen, since: await states.note(seen.state) };
    },
    inventory: async (machine, signal) => await of(machine).client.talk(signal, inventoryOf),
    firmware: async (machine, signal) =>
      await of(machine).client.talk(signal, async (conversation) => firmwareOf(conversation, (await conversation.system()).resource)),
    events: async (machine, signal) => await of(machine).client.talk(signal, eventsOf),
    async screen(machine) {
      throw new VigieError('console_none', { machine: of(machine).facts.name });
    },
    async refusals() {
      const found = await Promise.all(machines.map(async ({ facts, refusals }) => ({ machine: facts.name, at: await refusals.at() })));
      return found.flatMap(({ machine, at }) => (at === null ? [] : [{ machine, of: 'controller', at }]));
    },
    again: async (machine) => await of(machine).refusals.forget(),
    change: async (machine, change, signal) => await of(machine).client.talk(signal, (conversation) => changePower(conversation, change)),
    bootOnce: async (machine, from, signal) => await of(machine).client.talk(signal, (conversation) => orderBoot(conversation, from)),
  };
}
