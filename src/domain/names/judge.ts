import { inOneForm, isSameAddresses, listedAddresses, partsOf } from './address.ts';
import { addressesOf, type AskedServer, type NameAnswer, type NameView, type OwnAddress } from './name-view.ts';

/** What names are held against. */
export interface Held {
  /** Empty: nobody said which addresses belong to the house. */
  readonly addresses: readonly OwnAddress[];
  /** Whether a machine is known to be off; null: nobody knows. */
  readonly isDead: (machine: string) => boolean | null;
  /** The longest that a failover can bear, in seconds. */
  readonly mostTtl: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Something about a name that isn't as it should be. */
export type NameFinding =
  | { readonly kind: 'missing'; readonly code: string }
  | { readonly kind: 'dead'; readonly address: string; readonly machine: string }
  | { readonly kind: 'spare'; readonly address: string; readonly machine: string | null }
  | { readonly kind: 'stranger'; readonly address: string; readonly nearest: string | null; readonly machine: string | null }
  | { readonly kind: 'ttl'; readonly ttl: number; readonly most: number }
  | { readonly kind: 'silent'; readonly server: string; readonly problem: AskedServer['problem'] }
  | { readonly kind: 'lame'; readonly server: string; readonly code: string }
  | { readonly kind: 'behind'; readonly server: string; readonly serial: number; readonly newest: number }
  | { readonly kind: 'disagree'; readonly answers: readonly { readonly server: string; readonly addresses: readonly string[] }[] }
  | { readonly kind: 'resolver'; readonly server: string; readonly addresses: readonly string[] }
  | { readonly kind: 'signature'; readonly until: number };

/** A zone is signed again days before; what ends sooner than this was forgotten. */
const SIGNED_FOR_MS = 3 * 86_400_000;

/** What is wrong with a name, the worst first. */
export function judgeName(view: NameView, held: Held): readonly NameFinding[] {
  const addresses = addressesOf(view);
  const answered = view.servers.filter(isOwn);
  return [
    ...missing(view, addresses),
    ...addresses.flatMap((address) => ofAddress(address, held)),
    ...view.servers.flatMap(ofServer),
    ...behind(answered),
    ...disagreeing(answered),
    ...seenOtherwise(view, addresses),
    ...tooLong(view, held),
    ...signatures(answered, held.now),
  ];
}

type Answered = AskedServer & { readonly answer: NameAnswer };

/** It answered, and for the zone. */
function isOwn(server: AskedServer): server is Answered {
  return server.answer !== null && server.answer.authoritative;
}

function missing(view: NameView, addresses: readonly string[]): NameFinding[] {
  const code = addresses.length > 0 ? null : emptyCode(view);
  return code === null ? [] : [{ kind: 'missing', code }];
}

/** What a name without addresses is answered with: `NXDOMAIN` or `NOERROR` where somebody knows so, else what servers refuse with. Null: nobody answers. */
function emptyCode({ servers, resolver }: NameView): string | null {
  const answers = [...servers, resolver].flatMap(({ answer }) => answer ?? []);
  if (answers.some(({ code }) => code === 'NXDOMAIN')) return 'NXDOMAIN';
  if (answers.some(({ code, authoritative }) => code === 'NOERROR' && authoritative)) return 'NOERROR';
  return answers.find(({ code }) => code !== 'NOERROR')?.code ?? answers[0]?.code ?? null;
}

function ofAddress(address: string, { addresses, isDead }: Held): NameFinding[] {
  const own = ownerOf(address, addresses);
  if (own === null) {
    if (addresses.length === 0) return [];
    const near = nearestAddress(address, addresses);
    return [{ kind: 'stranger', address, nearest: near?.address ?? null, machine: near?.machine ?? null }];
  }
  const { machine, spare } = own;
  const dead = machine !== null && isDead(machine) === true ? [{ kind: 'dead' as const, address, machine }] : [];
  return [...dead, ...(spare ? [{ kind: 'spare' as const, address, machine }] : [])];
}

/** Whose an address is; null: nobody's of the house. */
export function ownerOf(address: string, addresses: readonly OwnAddress[]): OwnAddress | null {
  return addresses.find((own) => inOneForm(own.address) === inOneForm(address)) ?? null;
}

/** The own address that was probably meant: the most equal parts, then the nearest numbers. Null where less than half of it is equal. */
export function nearestAddress(address: string, addresses: readonly OwnAddress[]): OwnAddress | null {
  const parts = partsOf(address);
  const alike = addresses
    .map((own) => ({ own, theirs: partsOf(own.address) }))
    .filter(({ theirs }) => theirs.length === parts.length)
    .map(({ own, theirs }) => ({
      own,
      equal: parts.filter((part, index) => part === theirs[index]).length,
      apart: parts.reduce((sum, part, index) => sum + Math.abs(part - (theirs[index] ?? 0)), 0),
    }))
    .filter(({ equal }) => equal * 2 >= parts.length)
    .toSorted((a, b) => b.equal - a.equal || a.apart - b.apart);
  return alike[0]?.own ?? null;
}

function ofServer({ server, answer, problem }: AskedServer): NameFinding[] {
  if (answer === null) return [{ kind: 'silent', server, problem }];
  return answer.authoritative ? [] : [{ kind: 'lame', server, code: answer.code }];
}

function behind(servers: readonly Answered[]): NameFinding[] {
  const serials = servers.flatMap(({ server, answer: { serial } }) => (serial === null ? [] : [{ server, serial }]));
  const newest = serials.reduce<number | null>((top, { serial }) => (top === null || isNewer(serial, top) ? serial : top), null);
  if (newest === null) return [];
  return serials.filter(({ serial }) => serial !== newest).map(({ server, serial }) => ({ kind: 'behind', server, serial, newest }));
}

/** Serials go round at 2³² (RFC 1982). */
function isNewer(one: number, other: number): boolean {
  const ahead = (one - other) >>> 0;
  return ahead !== 0 && ahead < 2 ** 31;
}

function disagreeing(servers: readonly Answered[]): NameFinding[] {
  const answers = servers.map(({ server, answer }) => ({ server, addresses: sorted(answer.records.map(({ address }) => address)) }));
  return new Set(answers.map(({ addresses }) => listedAddresses(addresses))).size > 1 ? [{ kind: 'disagree', answers }] : [];
}

/** The public still sees something else: what it remembers, or what it is told elsewhere. */
function seenOtherwise({ resolver }: NameView, addresses: readonly string[]): NameFinding[] {
  if (resolver.answer === null) return [{ kind: 'silent', server: resolver.server, problem: resolver.problem }];
  const seen = sorted(resolver.answer.records.map(({ address }) => address));
  return isSameAddresses(seen, addresses) ? [] : [{ kind: 'resolver', server: resolver.server, addresses: seen }];
}

function sorted(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)].toSorted();
}

function tooLong({ servers, resolver }: NameView, { mostTtl: most }: Held): NameFinding[] {
  const own = servers.filter(isOwn).flatMap(({ answer }) => answer.records);
  const records = own.length > 0 ? own : (resolver.answer?.records ?? []);
  const ttl = Math.max(0, ...records.map((record) => record.ttl));
  return ttl > most ? [{ kind: 'ttl', ttl, most }] : [];
}

function signatures(servers: readonly Answered[], now: number): NameFinding[] {
  const ends = servers.flatMap(({ answer: { signedUntil } }) => signedUntil ?? []);
  const until = Math.min(...ends);
  return ends.length > 0 && until - now < SIGNED_FOR_MS ? [{ kind: 'signature', until }] : [];
}
