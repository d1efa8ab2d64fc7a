import { VigieError } from '#kernel/errors.ts';
import { linkOf } from '#domain/network/link.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { KnownAddress, Network } from '#ports/network.ts';
import { knownWithin, orUnknown } from '../unknown.ts';
import type { AddressLeft, AddressMove, FailoverBasis } from './basis.ts';

/** What each machine may take to answer. */
const ASK_MS = 5_000;

type Asked = Pick<ReadClients, 'network'>;
type Gone = ReadonlySet<string>;

/** Which addresses of what is gone another machine takes, and which stay where they are. */
export async function planAddresses(clients: Asked, gone: Gone, signal: AbortSignal): Promise<Pick<FailoverBasis, 'moves' | 'left'>> {
  const theirs = clients.network
    .known()
    .flatMap((each) => (each.machine !== null && gone.has(each.machine) && !each.spare ? [{ ...each, machine: each.machine }] : []));
  const found = await Promise.all(theirs.map((each) => planAddress(clients, each, { gone, signal })));
  return {
    moves: found.flatMap((each) => ('to' in each ? [each] : [])),
    left: found.flatMap((each) => ('why' in each ? [each] : [])),
  };
}

async function planAddress(
  { network }: Asked,
  { address, machine, movesTo }: KnownAddress & { readonly machine: string },
  { gone, signal }: { readonly gone: Gone; readonly signal: AbortSignal },
): Promise<AddressMove | AddressLeft> {
  const left = (why: AddressLeft['why']): AddressLeft => ({ address, machine, why });
  const others = movesTo.filter((each) => !gone.has(each));
  if (others.length === 0) return left('stays');
  let why: AddressLeft['why'] = 'nobody';
  for (const to of others) {
    const asked = await knownWithin(
      ASK_MS,
      signal,
      async (ends) => await Promise.all([network.addresses(to, ends), network.movesByItself(to, ends)]),
    );
    if (asked.known === null) continue;
    const [{ held }, keeps] = asked.known;
    if (keeps) return left('kept');
    const on = held.find((each) => each.address === address)?.interface ?? linkOf(address, held);
    if (on !== null) return { address, from: machine, to, interface: on };
    why = 'off-link';
  }
  return left(why);
}

/** Gives an address to the other machine. @throws network_taken while somebody holds it, network_refused */
export async function takeAddress(
  { network }: { readonly network: Pick<Network, 'take'> },
  { address, to, interface: name }: AddressMove,
  signal: AbortSignal,
): Promise<null> {
  await network.take(to, address, name, signal);
  return null;
}

/** Takes an address off a machine that nobody proves off, where its SSH answers again: two would hold it. @throws network_refused where it answers, and keeps the address */
export async function dropIfReached(
  { network }: { readonly network: Pick<Network, 'drop'> },
  { address, from }: AddressMove,
  signal: AbortSignal,
): Promise<void> {
  const { problem } = await knownWithin(ASK_MS, signal, (ends) => network.drop(from, address, ends));
  if (problem?.code === 'network_refused') throw new VigieError(problem.code, problem.params);
}

/** What a machine holds now; null where nobody can tell. */
export async function heldBy({ network }: Asked, machine: string, signal: AbortSignal) {
  return (await orUnknown(network.addresses(machine, signal))).known?.held ?? null;
}
