import { knownWithin } from '#actions/unknown.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { NamedThing } from '#ports/inventory.ts';
import { namesOfMachine } from '#ports/power.ts';

/** What has names. */
export type Namers = Pick<ReadClients, 'swarm' | 'hypervisor' | 'databases' | 'power' | 'hosts' | 'volumes' | 'names'>;

/** All names of one thing, its own first. */
type Called = readonly string[];

const alone = (names: readonly string[]): readonly Called[] => names.map((name) => [name]);

const LISTS = {
  services: async ({ swarm }: Namers, signal: AbortSignal) => alone((await swarm.services(signal)).map(({ name }) => name)),
  nodes: async ({ swarm }: Namers, signal: AbortSignal) => alone((await swarm.nodes(signal)).map(({ hostname }) => hostname)),
  guests: async ({ hypervisor }: Namers, signal: AbortSignal) =>
    (await hypervisor.guests(signal)).map(({ name, vmid }) => [name, `vm:${name}`, String(vmid)]),
  cluster: async ({ hypervisor }: Namers, signal: AbortSignal) => alone((await hypervisor.cluster(signal)).nodes.map(({ name }) => name)),
  databases: async ({ databases }: Namers) => databases.list().map(({ name }) => [name, `db:${name}`]),
  machines: async ({ power }: Namers) => power.machines().map(namesOfMachine),
  hosts: async ({ hosts }: Namers) => alone(hosts.list()),
  volumes: async ({ volumes }: Namers, signal: AbortSignal) => alone((await volumes.list(signal)).map(({ name }) => name)),
  names: async ({ names }: Namers) => alone(names.list()),
} as const satisfies Readonly<Record<string, (clients: Namers, signal: AbortSignal) => Promise<readonly Called[]>>>;

type List = keyof typeof LISTS;

const isList = (name: string): name is List => Object.hasOwn(LISTS, name);
const ALL: readonly List[] = Object.keys(LISTS).filter(isList);

/** Which lists may have what is named. */
const WHERE: Readonly<Record<Exclude<NamedThing['kind'], 'channel'>, readonly List[]>> = {
  service: ['services'],
  'swarm-node': ['nodes'],
  guest: ['guests'],
  node: ['cluster'],
  thing: ALL,
  target: ALL,
};

/** By list; null: nobody knows. */
type Lists = ReadonlyMap<List, readonly Called[] | null>;

export interface NamesThere {
  /** False: nobody knows whether there are more than those. */
  readonly whole: boolean;
  readonly names: readonly string[];
}

/** What there is, of the kinds of these; each system is asked once, and what nobody configured has no names. @param ms for how long each */
export async function namesThere(
  clients: Namers,
  named: readonly NamedThing[],
  { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
): Promise<(kind: NamedThing['kind']) => NamesThere> {
  const wanted = new Set(named.flatMap(({ kind }) => (kind === 'channel' ? [] : WHERE[kind])));
  const lists: Lists = new Map(
    await Promise.all(
      [...wanted].map(async (list) => {
        const { known, problem } = await knownWithin(ms, signal, (ends) => LISTS[list](clients, ends));
        return [list, known ?? (problem?.code.endsWith('_not_configured') === true ? [] : null)] as const;
      }),
    ),
  );
  return (kind) => (kind === 'channel' ? { whole: false, names: [] } : namesIn(lists, kind));
}

function namesIn(lists: Lists, kind: Exclude<NamedThing['kind'], 'channel'>): NamesThere {
  const read = WHERE[kind].map((list) => lists.get(list) ?? null);
  const called = read.flatMap((list) => list ?? []);
  const byAnyName = kind === 'thing' || kind === 'target';
  return { whole: !read.includes(null), names: called.flatMap((names) => (byAnyName ? names : names.slice(0, 1))) };
}
