import type { Problem } from '#kernel/errors.ts';
import { addressesOf } from '#domain/names/name-view.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { SeenCertificate } from '#ports/prober.ts';
import { lookAtNames, type NameClients } from './names.ts';

export type CertificateClients = NameClients & Pick<ReadClients, 'prober'>;

const TRY_MS = 4_000;
const DAY_MS = 86_400_000;
/** As the starter rules have it: a warning, and critical. */
const SOON_DAYS = 20;
const NOW_DAYS = 3;

/** What one address of a name showed. */
export interface ShownCertificate {
  readonly name: string;
  readonly address: string;
  readonly certificate: SeenCertificate | null;
  /** In whole days; below zero: since then. */
  readonly days: number | null;
  readonly problem: Problem | null;
  readonly state: 'well' | 'soon' | 'bad' | 'unknown';
}

export interface ShownCertificates {
  readonly shown: readonly ShownCertificate[];
  /** Names of which nobody knows an address. */
  readonly unknown: readonly { readonly name: string; readonly problem: Problem | null }[];
  /** What couldn't be asked at all. */
  readonly unasked: readonly Problem[];
}

/** A handshake with each name on each of its addresses. @param one null: all names that are known @throws as `lookAtNames` */
export async function handshakes(clients: CertificateClients, one: string | null, signal: AbortSignal): Promise<ShownCertificates> {
  const { looked, unasked } = await lookAtNames(clients, one, signal);
  const places = looked.flatMap(({ name, view }) => (view === null ? [] : addressesOf(view).map((address) => ({ name, address }))));
  const shown = await Promise.all(places.map((place) => handshake(clients, place, signal)));
  const unknown = looked.filter(({ name }) => !places.some((place) => place.name === name)).map(({ name, problem }) => ({ name, problem }));
  return { shown, unknown, unasked };
}

/** With one name on one of its addresses. */
export async function handshake(
  { prober, self }: CertificateClients,
  { name, address }: { readonly name: string; readonly address: string },
  signal: AbortSignal,
): Promise<ShownCertificate> {
  const probe = { kind: 'tls', target: name, timeoutMs: TRY_MS, expect: { days: NOW_DAYS, address } } as const;
  const { ok, problem, certificate = null } = await prober.probe(probe, signal);
  const days = certificate?.endsAt == null ? null : Math.floor((certificate.endsAt - self.now()) / DAY_MS);
  const state = certificate === null ? 'unknown' : ok ? (days !== null && days < SOON_DAYS ? 'soon' : 'well') : 'bad';
  return { name, address, certificate, days, problem, state };
}
