import type { JsonObject } from '#kernel/json.ts';
import { handshakes, type ShownCertificate } from '../network/certificates.ts';
import { orUnknown } from '../unknown.ts';
import type { AddressMove } from './basis.ts';
import type { Moving } from './context.ts';

const PING_MS = 3_000;

type Telling = Pick<Moving, 'clients' | 'signal' | 'progress'>;

/** What works again as seen from where vigie runs, and what doesn't: a handshake with every public name at each of its addresses, and a ping to each that was moved. */
export async function tell(context: Telling, moves: readonly AddressMove[]): Promise<JsonObject> {
  const { clients, signal, progress } = context;
  await progress({ doing: 'failover-tell' });
  const [{ known }, pinged] = await Promise.all([
    orUnknown(handshakes(clients, null, signal)),
    Promise.all(moves.map((move) => pings(context, move))),
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

/** Null where this vigie can't ping: nothing is known by that. */
async function pings({ clients, signal }: Telling, { address, to }: AddressMove): Promise<JsonObject> {
  const { known } = await orUnknown(clients.prober.probe({ kind: 'ping', target: address, timeoutMs: PING_MS, expect: {} }, signal));
  return { address, to, answers: known?.ok ?? null };
}

function isWell({ state }: ShownCertificate): boolean {
  return state === 'well' || state === 'soon';
}
