import { VigieError } from '#kernel/errors.ts';
import { machineCalled, type MachineFacts, type Power } from '#ports/power.ts';
import { orderBoot } from './boot.ts';
import type { AmtClient } from './client.ts';
import { screenOf, type AmtConsole } from './console.ts';
import { eventsOf } from './events.ts';
import { firmwareIn, inventoryOf } from './inventory.ts';
import { REQUESTS, stateOf } from './power.ts';
import type { RefusalMemory } from '../refusals.ts';
import type { StateMemory } from '../states.ts';

/** A machine with AMT. */
export interface AmtMachine {
  readonly facts: MachineFacts;
  readonly client: AmtClient;
  readonly refusals: RefusalMemory;
  readonly states: StateMemory;
  /** Null: it can't be looked at. */
  readonly console: AmtConsole | null;
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
    async screen(machine, signal) {
      const { facts, console } = of(machine);
      if (console === null) throw new VigieError('console_none', { machine: facts.name });
      return await screenOf(console, signal);
    },
    async refusals() {
      const all = machines.flatMap(({ facts, refusals, console }) => [
        { machine: facts.name, of: 'controller' as const, refusals },
        ...(console === null ? [] : [{ machine: facts.name, of: 'console' as const, refusals: console.refusals }]),
      ]);
      const found = await Promise.all(
        all.map(async ({ machine, of: whose, refusals }) => ({ machine, of: whose, at: await refusals.at() })),
      );
      return found.flatMap(({ at, ...refusal }) => (at === null ? [] : [{ ...refusal, at }]));
    },
    async again(machine) {
      const { refusals, console } = of(machine);
      const had = [await refusals.forget(), (await console?.refusals.forget()) ?? false];
      return had.includes(true);
    },
    async change(machine, change, signal) {
      await of(machine).client.talk(signal, async ({ does }) => {
        await does(change, (messages) => messages.power(REQUESTS[change]));
      });
    },
    bootOnce: async (machine, from, signal) => await of(machine).client.talk(signal, (conversation) => orderBoot(conversation, from)),
  };
}
