import { ownerOf } from '#domain/names/judge.ts';
import { addressesOf } from '#domain/names/name-view.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { ReadClients } from '#ports/clients.ts';
import { factsOfMachine } from '../machine/basis.ts';
import { lookAtNames } from '../network/names.ts';
import { planName, silentOf, type NameBasis } from '../network/set-name.ts';
import { orUnknown } from '../unknown.ts';
import { planAddresses } from './addresses.ts';
import type { FailoverBasis, GuestAway, NameLeft } from './basis.ts';
import { planFence } from './fence.ts';
import { planGuests } from './guests.ts';
import { planNodes } from './nodes.ts';

export type FailoverClients = Pick<
  ReadClients,
  'power' | 'hosts' | 'hypervisor' | 'prober' | 'inventory' | 'names' | 'routes' | 'swarm' | 'network' | 'self'
>;

/**
 * What goes elsewhere when a machine is dead. Whatever can't be asked is unknown, left as it is, and named.
 * @throws machine_unknown, failover_answers, failover_unproven
 */
export async function planFailover(
  clients: FailoverClients,
  { machine: word, confirmed }: { readonly machine: string; readonly confirmed: boolean },
  signal: AbortSignal,
): Promise<{ readonly basis: FailoverBasis; readonly effects: readonly Effect[] }> {
  const facts = await factsOfMachine(clients.power, word);
  const fence = await planFence(clients, facts, confirmed, signal);
  const guests = await planGuests(clients, fence, signal);
  const gone = goneWith(clients, fence.names, guests);
  const [{ moves, left }, nodes] = await Promise.all([
    planAddresses(clients, gone, signal),
    planNodes(clients, { gone, proof: fence.proof }, signal),
  ]);
  const dns = await planNames(clients, { gone, moved: moves.map(({ address }) => address) }, signal);
  const basis: FailoverBasis = { ...fence, ...dns, ...nodes, guests, moves, left };
  const elsewhere: readonly Effect[] = [
    ...basis.dns.map(({ name }) => ({ kind: 'failover-name', name })),
    ...moves.map(({ address }) => ({ kind: 'failover-address', name: address })),
    ...basis.nodes.map(({ node }) => ({ kind: 'failover-node', name: node })),
    ...guests.flatMap(({ name, taken }) => (taken === null ? [] : [{ kind: 'failover-guest', name }])),
  ];
  // A machine that is off, and has nothing that could go elsewhere: there is nothing to do.
  const cut = fence.proof === 'cut' ? [{ kind: 'machine-cut', name: fence.machine }] : [];
  return { basis, effects: [...cut, ...elsewhere] };
}

/** Every name of the machine and of the guests that stay away with it. */
function goneWith(
  { inventory }: Pick<FailoverClients, 'inventory'>,
  names: readonly string[],
  guests: readonly GuestAway[],
): ReadonlySet<string> {
  const away = guests
    .filter(({ elsewhere }) => !elsewhere)
    .flatMap(({ name, swarm_node: node }) => [name, ...(node === null ? [] : [node])]);
  return new Set([...names, ...away].flatMap((name) => [name, ...inventory.namesOf(name)]));
}

interface Gone {
  readonly gone: ReadonlySet<string>;
  /** Addresses that another machine takes: names may keep them. */
  readonly moved: readonly string[];
}

/** Names that lead to what is gone lose those addresses, where they have others. */
async function planNames(
  clients: FailoverClients,
  { gone, moved }: Gone,
  signal: AbortSignal,
): Promise<Pick<FailoverBasis, 'dns' | 'dns_silent' | 'dns_left' | 'dns_problem'>> {
  const own = clients.names.addresses();
  const { known, problem } = await orUnknown(lookAtNames(clients, null, signal));
  const dns: NameBasis[] = [];
  const left: NameLeft[] = [];
  for (const { name, view, problem: why } of known?.looked ?? []) {
    const dead =
      view === null
        ? []
        : addressesOf(view).filter((address) => gone.has(ownerOf(address, own)?.machine ?? '') && !moved.includes(address));
    if (why !== null) left.push({ name, problem: why });
    if (dead.length === 0) continue;
    const planned = await orUnknown(planName(clients, { domain: name, add: [], remove: dead, ttl: null }, signal));
    if (planned.known === null) left.push({ name, problem: planned.problem });
    else dns.push(planned.known.basis);
  }
  const blind = problem ?? known?.unasked[0] ?? null;
  const nothing = blind !== null && ['names_none', 'names_not_configured'].includes(blind.code);
  return { dns, dns_silent: silentOf(dns), dns_left: left, dns_problem: blind === null || nothing ? null : blind };
}
