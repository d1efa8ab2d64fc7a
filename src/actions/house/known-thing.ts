import { VigieError } from '#kernel/errors.ts';
import { fold } from '#kernel/fold.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { StatusSubject } from '#ports/status.ts';
import { knownWithin, type Known } from '../unknown.ts';

/** A machine, a service or a database, by all the names that it has. */
export interface Thing extends StatusSubject {
  readonly name: string;
}

type Asked = Pick<ReadClients, 'swarm' | 'hypervisor' | 'databases' | 'inventory'>;

/**
 * Who somebody means by a word, in every system and in the configuration; as soon as one of them knows it, without waiting for the others.
 * @throws thing_unknown, with the nearest; where a system doesn't answer, the word is taken as it is: it may be one of its own
 */
export async function knownThing(clients: Asked, word: string, signal: AbortSignal): Promise<Thing> {
  const { seen, lists } = readNames(clients, signal);
  const thing = (name: string): Thing => ({ name, names: clients.inventory.namesOf(name), seen });
  if (clients.inventory.knows(word) || (await isIn(lists, word))) return thing(word);
  const found = await Promise.all(lists);
  const names = found.flatMap((list) => list ?? []);
  const name = names.find((each) => fold(each) === fold(word));
  if (name !== undefined) return thing(name);
  if (found.every((list) => list !== null)) throw new VigieError('thing_unknown', { name: word, nearest: nearest(word, names) });
  return thing(word);
}

type List = Promise<readonly string[] | null>;

/** True with the first that has it; false when all were read. */
async function isIn(lists: readonly List[], word: string): Promise<boolean> {
  const having = lists.map(async (list) => ((await list)?.includes(word) === true ? true : await Promise.reject(new Error('not there'))));
  return await Promise.any(having).catch(() => false);
}

/** Whoever asks stands there with a phone. */
const PATIENCE_MS = 2_000;

/** What has names, each asked once: those who tell how it stands are given what was read. */
function readNames({ swarm, hypervisor, databases }: Asked, signal: AbortSignal) {
  const read = <T>(ask: (signal: AbortSignal) => Promise<T>): Promise<Known<T>> => knownWithin(PATIENCE_MS, signal, ask);
  const services = read((ends) => swarm.services(ends));
  const nodes = read((ends) => swarm.nodes(ends));
  const guests = read((ends) => hypervisor.guests(ends));
  const cluster = read((ends) => hypervisor.cluster(ends));
  const seen: StatusSubject['seen'] = {
    services: () => told(services),
    nodes: () => told(nodes),
    guests: () => told(guests),
    cluster: () => told(cluster),
  };
  const lists: readonly List[] = [
    namesIn(services, (all) => all.map(({ name }) => name)),
    namesIn(nodes, (all) => all.map(({ hostname }) => hostname)),
    namesIn(guests, (all) => all.map(({ name }) => name)),
    namesIn(cluster, (view) => view.nodes.map(({ name }) => name)),
    Promise.resolve(databases.list().map(({ name }) => name)),
  ];
  // Nobody may wait for them any more when somebody gives up.
  for (const list of lists) void list.catch(() => undefined);
  return { seen, lists };
}

/** @throws what the system answered with */
async function told<T>(asked: Promise<Known<T>>): Promise<T> {
  const { known, problem } = await asked;
  if (problem !== null) throw new VigieError(problem.code, problem.params);
  return known;
}

/** Null: nobody knows. What nobody configured has no names. */
async function namesIn<T>(asked: Promise<Known<T>>, of: (known: T) => readonly string[]): List {
  const { known, problem } = await asked;
  if (problem !== null) return problem.code.endsWith('_not_configured') ? [] : null;
  return of(known);
}
