import type { JsonObject } from '#kernel/json.ts';
import { handshakes, type ShownCertificate } from '../network/certificates.ts';
import { knownWithin, orUnknown } from '../unknown.ts';
import { ASK_MS } from '../machine/witnesses.ts';
import type { AddressMove, FailoverBasis } from './basis.ts';
import type { Moving } from './context.ts';

const PING_MS = 3_000;

type Telling = Pick<Moving, 'clients' | 'signal' | 'progress'>;

/**
 * What works again as seen from where vigie runs, and what doesn't: a handshake with every public name at each of its addresses, and a ping to each that was
 * moved, from the machines of `seen_from` too.
 */
export async function tell(context: Telling, { machine, moves }: Pick<FailoverBasis, 'machine' | 'moves'>): Promise<JsonObject> {
  const { clients, signal, progress } = context;
  await progress({ doing: 'failover-tell' });
  const others = clients.power.machines().find(({ name }) => name === machine)?.seenFrom ?? [];
  const [{ known }, pinged] = await Promise.all([
    orUnknown(handshakes(clients, null, signal)),
    Promise.all(moves.map((move) => pings(context, move, others))),
  ]);
  const shown = known?.shown ?? [];
  const names = [...new Set(shown.map(({ name }) => name))];
  const broken = shown.filter((each) => !isWell(each));
  return {
    addresses: pinged,
    works: names.filter((name) => !broken.some((each) => each.name === name)),
    broken: broken.map(({ name, address, problem }) => ({ name, address, problem })),
    unknown: (known?.unknown ?? []).map(({ name }) => name),
  };
}

/** Null where somebody can't ping: nothing is known by that. Whoever has the address itself is no witness of it. */
async function pings(context: Telling, { address, to }: AddressMove, others: readonly string[]): Promise<JsonObject> {
  const { clients, signal } = context;
  const [{ known }, seen] = await Promise.all([
    orUnknown(clients.prober.probe({ kind: 'ping', target: address, timeoutMs: PING_MS, expect: {} }, signal)),
    Promise.all(others.filter((host) => host !== to).map((host) => pingsFrom(context, host, address))),
  ]);
  return { address, to, answers: known?.ok ?? null, seen_from: seen };
}

async function pingsFrom({ clients: { network }, signal }: Telling, host: string, address: string): Promise<JsonObject> {
  const { known } = await knownWithin(ASK_MS, signal, async (ends) => ({ answers: await network.pings(host, address, ends) }));
  return { host, answers: known?.answers ?? null };
}

function isWell({ state }: ShownCertificate): boolean {
  return state === 'well' || state === 'soon';
}
