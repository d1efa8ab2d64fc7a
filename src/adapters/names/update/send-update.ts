import { randomInt } from 'node:crypto';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import type { ServerAddress } from '../ask.ts';
import { overTcp } from '../over-tcp.ts';
import { sign, verdictOn, type UpdateKey } from './signature.ts';
import { addressBytes, CLASS, nameBytes, recordBytes, TYPE, typeOf, words, type AddressType } from './wire.ts';

/** A name's addresses, as they have to be before, and as they are afterwards. */
export interface ZoneUpdate {
  readonly zone: string;
  readonly name: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Of its records afterwards, in seconds. */
  readonly ttl: number;
}

export interface Primary {
  readonly server: ServerAddress;
  readonly key: UpdateKey;
  readonly now: () => number;
  readonly timeoutMs: number;
}

/** Source: RFC 2136, section 2.2. */
const CODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED', 'YXDOMAIN', 'YXRRSET', 'NXRRSET', 'NOTAUTH', 'NOTZONE'];
const UPDATE = 5 << 11;
/** The addresses are others than those that had to be there. */
const OTHERS: ReadonlySet<string> = new Set(['YXRRSET', 'NXRRSET', 'NXDOMAIN', 'YXDOMAIN']);

/**
 * Changes a name's addresses in one step that the server does as a whole or not at all (RFC 2136), over TCP.
 * @returns whether it did; `others` when the name had other addresses than `from`: nothing was changed then
 * @throws names_refused; names_unanswered, after which nobody knows
 */
export async function sendUpdate(primary: Primary, update: ZoneUpdate, signal?: AbortSignal): Promise<'done' | 'others'> {
  const { server, key } = primary;
  const { message, mac } = sign(requestOf(update), key, primary.now());
  const answer = await exchange(primary, message, signal);
  const refused = (code: string): VigieError => new VigieError('names_refused', { zone: update.zone, server: server.server, code });
  let verdict: string;
  try {
    verdict = verdictOn(answer, key, mac);
  } catch {
    throw refused('no answer of DNS');
  }
  const code = CODES[answer.readUInt8(3) & 15] ?? `RCODE ${answer.readUInt8(3) & 15}`;
  // Who doesn't know the key can't sign: such a refusal is believed, and nothing else is.
  if (verdict === 'ok' && code === 'NOERROR') return 'done';
  if (verdict === 'ok' && OTHERS.has(code)) return 'others';
  throw refused(verdict === 'ok' ? code : `${code} ${verdict}`);
}

function requestOf({ zone, name, from, to, ttl }: ZoneUpdate): Buffer {
  const types: readonly AddressType[] = ['A', 'AAAA'];
  const of = (addresses: readonly string[], type: AddressType) => addresses.filter((address) => typeOf(address) === type);
  const record = (type: AddressType, kind: number, life: number, address?: string): Buffer =>
    recordBytes({ name, type: TYPE[type], class: kind, ttl: life, data: address === undefined ? Buffer.alloc(0) : addressBytes(address) });
  const required = types.flatMap((type) => {
    const there = of(from, type);
    return there.length === 0 ? [record(type, CLASS.NONE, 0)] : there.map((address) => record(type, CLASS.IN, 0, address));
  });
  const changes = types.flatMap((type) => [
    ...of(from, type).flatMap((address) => (to.includes(address) ? [] : [record(type, CLASS.NONE, 0, address)])),
    ...of(to, type).map((address) => record(type, CLASS.IN, ttl, address)),
  ]);
  const head = words(randomInt(0x1_00_00), UPDATE, 1, required.length, changes.length, 0);
  return Buffer.concat([head, nameBytes(zone), words(TYPE.SOA, CLASS.IN), ...required, ...changes]);
}

async function exchange({ server, timeoutMs }: Primary, message: Buffer, signal?: AbortSignal): Promise<Buffer> {
  signal?.throwIfAborted();
  const late = AbortSignal.timeout(timeoutMs);
  try {
    return await overTcp(server, message, signal === undefined ? late : AbortSignal.any([signal, late]));
  } catch (error) {
    signal?.throwIfAborted();
    const reason = late.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
    throw new VigieError('names_unanswered', { server: server.server, reason }, error);
  }
}
