import { VigieError } from '#kernel/errors.ts';
import { fold } from '#kernel/fold.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ReadClients } from '#ports/clients.ts';

/** A machine, a service or a database, by all the names that it has. */
export interface Thing {
  readonly name: string;
  readonly names: readonly string[];
}

type Asked = Pick<ReadClients, 'swarm' | 'hypervisor' | 'databases' | 'inventory'>;

/**
 * Who somebody means by a word, in every system and in the configuration.
 * @throws thing_unknown, with the nearest; where a system doesn't answer, the word is taken as it is: it may be one of its own
 */
export async function knownThing(clients: Asked, word: string, signal: AbortSignal): Promise<Thing> {
  const found = await Promise.all(lists(clients, signal).map(async (list) => await list.catch(() => null)));
  const names = found.flatMap((list) => list ?? []);
  const name = names.find((each) => each === word) ?? names.find((each) => fold(each) === fold(word)) ?? word;
  if (!names.includes(name) && !clients.inventory.knows(name) && found.every((list) => list !== null))
    throw new VigieError('thing_unknown', { name: word, nearest: nearest(word, names) });
  return { name, names: clients.inventory.namesOf(name) };
}

function lists({ swarm, hypervisor, databases }: Asked, signal: AbortSignal): readonly Promise<readonly string[]>[] {
  const of = async (names: () => Promise<readonly string[]>): Promise<readonly string[]> => {
    try {
      return await names();
    } catch (error) {
      // What nobody configured has no names.
      if (error instanceof VigieError && error.code.endsWith('_not_configured')) return [];
      throw error;
    }
  };
  return [
    of(async () => (await swarm.services(signal)).map(({ name }) => name)),
    of(async () => (await swarm.nodes(signal)).map(({ hostname }) => hostname)),
    of(async () => (await hypervisor.guests(signal)).map(({ name }) => name)),
    of(async () => (await hypervisor.cluster(signal)).nodes.map(({ name }) => name)),
    of(async () => databases.list().map(({ name }) => name)),
  ];
}
