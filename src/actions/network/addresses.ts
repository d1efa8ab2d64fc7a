import type { JsonObject } from '#kernel/json.ts';
import { placeAddresses } from '#domain/network/placed.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { Forward, MachineAddresses, NetworkReader } from '#ports/network.ts';
import { knownWithin, type Known } from '../unknown.ts';

/** What each machine may take. */
const ASK_MS = 5_000;
/** Forwards that are tried at each hypervisor: some seconds for those where nobody is. */
const TRIED = 40;

type Seen = ReadonlyMap<string, Known<MachineAddresses>>;

/** Where addresses belong and where they are, and where hypervisors lead what comes in. Each machine is asked beside the others, in a time of its own. */
export async function lookAtAddresses({ network }: Pick<ReadClients, 'network'>, signal: AbortSignal): Promise<JsonObject> {
  const asked = network
    .machines()
    .map(async (name) => [name, await knownWithin(ASK_MS, signal, (ends) => network.addresses(name, ends))] as const);
  const seen: Seen = new Map(await Promise.all(asked));
  const placed = placeAddresses(network.known(), new Map([...seen].map(([name, { known }]) => [name, known])));
  const hypervisors = await Promise.all(network.hypervisors().map((name) => forwardsPart(network, name, seen, signal)));
  return {
    configured: network.known().length,
    machines: seen.size,
    wrong: placed.filter(({ state }) => state !== 'right' && state !== 'unknown').map((each) => ({ ...each, at: [...each.at] })),
    unknown: placed.filter(({ state }) => state === 'unknown').map(({ address, machine, purpose }) => ({ address, machine, purpose })),
    right: placed.filter(({ state }) => state === 'right').map((each) => ({ ...each, at: [...each.at] })),
    silent: [...seen].flatMap(([name, { problem }]) => (problem === null ? [] : [{ name, problem }])),
    hypervisors,
  };
}

async function forwardsPart(network: NetworkReader, name: string, seen: Seen, signal: AbortSignal): Promise<JsonObject> {
  const { known, problem } = await knownWithin(ASK_MS, signal, (ends) => network.forwards(name, ends));
  const list = known?.list ?? [];
  const tried = await Promise.all(list.slice(0, TRIED).map((forward) => forwardPart(network, name, { forward, seen, signal })));
  return {
    name,
    problem,
    unread: known?.unread ?? 0,
    forwards: tried.toSorted((one, other) => Number(one['landing'] === 'answers') - Number(other['landing'] === 'answers')),
    more: list.length - tried.length,
  };
}

interface Asked {
  readonly forward: Forward;
  readonly seen: Seen;
  readonly signal: AbortSignal;
}

async function forwardPart(network: NetworkReader, hypervisor: string, { forward, seen, signal }: Asked): Promise<JsonObject> {
  const landing = await knownWithin(ASK_MS, signal, (ends) => network.landing(hypervisor, forward, ends));
  return { ...forward, owner: ownerOf(network, forward.to, seen), landing: landing.known };
}

/** Which machine an address is: whoever holds it, else where it belongs. */
function ownerOf(network: NetworkReader, address: string, seen: Seen): string | null {
  const holder = [...seen].find(([, { known }]) => known?.held.some((each) => each.address === address));
  return holder?.[0] ?? network.known().find((each) => each.address === address)?.machine ?? null;
}
