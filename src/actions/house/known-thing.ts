import { VigieError } from '#kernel/errors.ts';
import { fold } from '#kernel/fold.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ReadClients } from '#ports/clients.ts';
import { knownWithin } from '../unknown.ts';

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
  const found = await Promise.all(lists(clients, signal));
  const names = found.flatMap((list) => list ?? []);
  const name = names.find((each) => each === word) ?? names.find((each) => fold(each) === fold(word)) ?? word;
  if (!names.includes(name) && !clients.inventory.knows(name) && found.every((list) => list !== null))
    throw new VigieError('thing_unknown', { name: word, nearest: nearest(word, names) });
  return { name, names: clients.inventory.namesOf(name) };
}

/** Whoever asks stands there with a phone. */
const PATIENCE_MS = 2_000;

function lists({ swarm, hypervisor, databases }: Asked, signal: AbortSignal): readonly Promise<readonly string[] | null>[] {
  const of = async (names: (signal: AbortSignal) => Promise<readonly string[]>): Promise<readonly string[] | null> => {
    const { known, problem } = await knownWithin(PATIENCE_MS, signal, names);
    // What nobody configured has no names.
    return problem?.code.endsWith('_not_configured') === true ? [] : known;
  };
  return [
    of(async (ends) => (await swarm.services(ends)).map(({ name }) => name)),
    of(async (ends) => (await swarm.nodes(ends)).map(({ hostname }) => hostname)),
    of(async (ends) => (await hypervisor.guests(ends)).map(({ name }) => name)),
    of(async (ends) => (await hypervisor.cluster(ends)).nodes.map(({ name }) => name)),
    of(async () => databases.list().map(({ name }) => name)),
  ];
}
