import { VigieError } from '#kernel/errors.ts';
import { canonicalAddress, listedAddresses } from '#domain/names/address.ts';
import { ownerOf } from '#domain/names/judge.ts';
import type { AddressRecord, NameView } from '#domain/names/name-view.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { ReadClients } from '#ports/clients.ts';
import { nameMeant } from './names.ts';

export type NameBasis = {
  readonly name: string;
  readonly zone: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** In seconds: what whoever asked before may remember, and of the records afterwards. */
  readonly ttl: number;
  readonly new_ttl: number;
  /** What leaves and what comes, with commas between, for the way back; null: nothing. */
  readonly out: string | null;
  readonly into: string | null;
  /** Servers of the zone that don't answer now. */
  readonly silent: readonly string[];
};

export interface NameWish {
  readonly domain: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** In seconds; null: as it is. */
  readonly ttl: number | null;
}

type Asked = Pick<ReadClients, 'names' | 'routes'>;

/**
 * What a name has by its own servers, and what it would have.
 * @throws names_no_key, names_address, names_not_there, names_last, names_nothing_asked, names_disagree, names_unanswered
 */
export async function planName(
  { names, routes }: Asked,
  { domain, add, remove, ttl }: NameWish,
  signal: AbortSignal,
): Promise<{ readonly basis: NameBasis; readonly effects: readonly Effect[] }> {
  const name = await nameMeant(domain, { routes }, signal);
  const zone = names.changeable(name);
  if (zone === null) throw new VigieError('names_no_key', { name, zones: [] });
  const [gets, loses] = [add.map(asAddress), remove.map(asAddress)];
  if (add.length === 0 && remove.length === 0 && ttl === null) throw new VigieError('names_nothing_asked', { name });
  const view = await names.look(name, signal);
  const records = agreed(view);
  const from = records.map(({ address }) => asAddress(address)).toSorted();
  const absent = loses.find((address) => !from.includes(address));
  if (absent !== undefined) throw new VigieError('names_not_there', { name, address: absent, found: from });
  const to = [...new Set([...from.filter((address) => !loses.includes(address)), ...gets])].toSorted();
  if (to.length === 0) throw new VigieError('names_last', { name, address: from.join(' ') });
  const old = Math.max(0, ...records.map((record) => record.ttl));
  const fresh = ttl ?? (old === 0 ? names.mostTtl() : old);
  const own = names.addresses();
  const out = from.filter((address) => !to.includes(address));
  const into = to.filter((address) => !from.includes(address));
  const silent = view.servers.filter(({ answer }) => answer === null).map(({ server }) => server);
  const basis = { name, zone, from, to, ttl: old, new_ttl: fresh, out: joined(out), into: joined(into), silent };
  const effects = [
    ...out.map((address) => ({ kind: 'dns-remove', name: address })),
    ...into.map((address) => ({ kind: 'dns-add', name: address, stranger: own.length > 0 && ownerOf(address, own) === null })),
    ...(fresh === old ? [] : [{ kind: 'dns-ttl' }]),
  ];
  return { basis, effects };
}

/** @throws names_address */
function asAddress(text: string): string {
  const address = canonicalAddress(text);
  if (address === null) throw new VigieError('names_address', { address: text });
  return address;
}

function joined(addresses: readonly string[]): string | null {
  return addresses.length === 0 ? null : addresses.join(',');
}

/** What those servers of the zone say that answer. @throws names_disagree, names_unanswered */
function agreed({ name, servers }: NameView): readonly AddressRecord[] {
  const answers = servers.flatMap(({ server, answer }) => (answer?.authoritative === true ? [{ server, records: answer.records }] : []));
  const [first] = answers;
  if (first === undefined) {
    const problem = servers.find((each) => each.problem !== null)?.problem;
    throw problem == null
      ? new VigieError('names_unanswered', { server: name, reason: 'no server speaks for its zone' })
      : new VigieError(problem.code, problem.params);
  }
  if (answers.some(({ records }) => listed(records) !== listed(first.records)))
    throw new VigieError('names_disagree', { name, answers: answers.map(({ server, records }) => `${server}: ${listed(records)}`) });
  return first.records;
}

/** The addresses of records in one line, the same for the same ones. */
export function listed(records: readonly AddressRecord[]): string {
  return listedAddresses(records.map(({ address }) => address));
}

/** Servers that don't answer, of several names, each once. */
export function silentOf(names: readonly NameBasis[]): readonly string[] {
  return [...new Set(names.flatMap(({ silent }) => silent))].toSorted();
}
