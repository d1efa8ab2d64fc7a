import type { TLSSocket } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { SeenCertificate } from '#ports/prober.ts';
import { ProbeFailure, type Walk } from './walk.ts';

const DAY_MS = 86_400_000;

/** Whole days until the end of the certificate that was shown; below zero: since then. Null when none was. */
export function daysLeft(socket: TLSSocket, now: number): number | null {
  const { valid_to: end } = socket.getPeerCertificate();
  const at = Date.parse(String(end));
  return Number.isNaN(at) ? null : Math.floor((at - now) / DAY_MS);
}

/**
 * Enters `certificate` and judges it: its end, whom it is for, who signed it.
 * @param least whole days that it must still be good for
 * @returns the days that are left
 * @throws ProbeFailure, with the days where they are known
 */
export function judgeCertificate(way: Walk, socket: TLSSocket, least: number, now: number): number | null {
  way.enter('certificate');
  const { target } = way;
  const seen = seenCertificate(socket);
  way.see({ certificate: seen });
  const days = daysLeft(socket, now);
  const { trouble } = seen;
  if (seen.maker === 'traefik')
    throw new ProbeFailure({ code: 'probe_certificate_traefik', params: { target } }, 'made by Traefik itself', days);
  if (trouble === 'CERT_HAS_EXPIRED' || (days !== null && days < least))
    throw new ProbeFailure({ code: 'probe_certificate_ends', params: { target, days, least } }, `${days ?? '?'} days left`, days);
  if (trouble !== null) throw new ProbeFailure({ code: 'probe_certificate_untrusted', params: { target, reason: trouble } }, trouble, days);
  return days;
}

/** OpenSSL's name of what is wrong, or Node's for a certificate that is another host's. */
function troubleOf(socket: TLSSocket): string | null {
  if (socket.authorized) return null;
  const trouble: unknown = socket.authorizationError;
  if (trouble instanceof Error) return 'code' in trouble && typeof trouble.code === 'string' ? trouble.code : trouble.message;
  return typeof trouble === 'string' ? trouble : 'UNKNOWN';
}

/** The name of the certificate that Traefik makes for itself. Source: its `pkg/tls/generate`, since version 1. */
const TRAEFIK = 'TRAEFIK DEFAULT CERT';

/** What a server showed, whatever is wrong with it. */
export function seenCertificate(socket: TLSSocket): SeenCertificate {
  const { subject, issuer, subjectaltname: names, valid_to: end } = socket.getPeerCertificate();
  const [by, own] = [wordOf(issuer?.O ?? issuer?.CN), wordOf(subject?.CN)];
  const endsAt = Date.parse(String(end));
  return {
    subject: own,
    issuer: by,
    names: (names ?? '').split(', ').flatMap((name) => /^(?:DNS|IP Address):(.+)$/u.exec(name)?.[1] ?? []),
    endsAt: Number.isNaN(endsAt) ? null : endsAt,
    maker: own === TRAEFIK ? 'traefik' : isDeepStrictEqual(subject, issuer) ? 'itself' : 'authority',
    trouble: troubleOf(socket),
  };
}

/** A part of a name may stand there several times. */
function wordOf(part: string | readonly string[] | undefined): string {
  return typeof part === 'string' ? part : (part?.join(', ') ?? '');
}
