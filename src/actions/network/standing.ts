import { beforeAbort, deadline } from '#kernel/abort.ts';
import { VigieError, type Problem } from '#kernel/errors.ts';
import { ownerOf } from '#domain/names/judge.ts';
import { deathOf, type MachinesSeen } from '#domain/names/machines.ts';
import { addressesOf } from '#domain/names/name-view.ts';
import { publicNames } from '#ports/public-names.ts';
import { knownWithin, orUnknown } from '../unknown.ts';
import { handshake, type CertificateClients, type ShownCertificate } from './certificates.ts';
import { lookAtName, seeMachines, type LookedName } from './names.ts';

/** Shares of the three seconds that `status` has: which names there are, what DNS says of them, what they show. */
const LIST_MS = 500;
const MACHINES_MS = 1_000;
const DNS_MS = 1_200;
const TLS_MS = 1_000;

/** How the public names stand, as far as anybody says so in time. */
export interface NamesStanding {
  readonly looked: readonly LookedName[];
  readonly shown: readonly ShownCertificate[];
  /** Which names there are beside those of the configuration couldn't be asked. */
  readonly unlisted: Problem | null;
  /** Names that lead to a machine of which nobody says whether it lives. */
  readonly unsure: readonly string[];
}

/** All at once, each bounded on its own: a name whose servers hang is unknown, and leaves the others known. */
export async function standingOfNames(clients: CertificateClients, signal: AbortSignal): Promise<NamesStanding> {
  const machines = seeMachines(clients, signal, MACHINES_MS);
  const listed = await knownWithin(LIST_MS, signal, (ends) => publicNames(clients, ends));
  const names = listed.known ?? clients.names.list();
  const looked = await Promise.all(names.map((name) => looking(clients, name, machines, signal)));
  const places = looked.flatMap(({ name, view }) => (view === null ? [] : addressesOf(view).map((address) => ({ name, address }))));
  const shown = await Promise.all(places.map((place) => showing(clients, place, signal)));
  const seen = await machines;
  return { looked, shown, unlisted: listed.problem, unsure: seen.problem === null ? [] : unsureOf(looked, seen, clients) };
}

async function looking(
  clients: CertificateClients,
  name: string,
  machines: Promise<MachinesSeen>,
  signal: AbortSignal,
): Promise<LookedName> {
  const { known, problem } = await knownWithin(DNS_MS, signal, (ends) => lookAtName(clients, name, machines, ends));
  return known ?? { name, view: null, findings: [], problem };
}

/** A probe that is ended from outside throws; here it is an address of which nobody knows what it shows. */
async function showing(
  clients: CertificateClients,
  place: { readonly name: string; readonly address: string },
  signal: AbortSignal,
): Promise<ShownCertificate> {
  const ends = AbortSignal.any([signal, deadline(TLS_MS, () => new VigieError('no_answer', { limit: TLS_MS }))]);
  const { known, problem } = await orUnknown(beforeAbort(ends, handshake(clients, place, ends)));
  signal.throwIfAborted();
  return known ?? { ...place, certificate: null, days: null, problem, state: 'unknown' };
}

function unsureOf(looked: readonly LookedName[], seen: MachinesSeen, { names }: Pick<CertificateClients, 'names'>): readonly string[] {
  const own = names.addresses();
  const isUnsure = (address: string): boolean => {
    const machine = ownerOf(address, own)?.machine ?? null;
    return machine !== null && deathOf(machine, seen) === null;
  };
  return looked.flatMap(({ name, view }) => (view !== null && addressesOf(view).some(isUnsure) ? [name] : []));
}
