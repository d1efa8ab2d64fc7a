import type { Answer, DecodedPacket } from 'dns-packet';
import { inOneForm } from '#domain/names/address.ts';
import type { AddressRecord, NameAnswer } from '#domain/names/name-view.ts';

/** What a server said of a name's two kinds of address and of its zone, as one answer. */
export interface Packets {
  readonly a: DecodedPacket;
  readonly aaaa: DecodedPacket;
  /** Null: it wasn't asked. */
  readonly soa: DecodedPacket | null;
}

export function answerOf({ a, aaaa, soa }: Packets): NameAnswer {
  const all = [...(a.answers ?? []), ...(aaaa.answers ?? [])];
  return {
    code: codeOf(a) === 'NOERROR' ? codeOf(aaaa) : codeOf(a),
    authoritative: a.flag_aa,
    records: all.flatMap(addressIn),
    alias: all.flatMap((each) => (each.type === 'CNAME' ? [each.data] : []))[0] ?? null,
    serial: soa === null ? null : serialOf(soa),
    signedUntil: signedUntil(all),
  };
}

export function codeOf(packet: DecodedPacket): string {
  // The library decodes it, and its types don't know.
  return 'rcode' in packet && typeof packet.rcode === 'string' ? packet.rcode : 'NOERROR';
}

function addressIn(record: Answer): readonly AddressRecord[] {
  return record.type === 'A' || record.type === 'AAAA' ? [{ address: inOneForm(record.data), ttl: record.ttl ?? 0 }] : [];
}

function serialOf({ answers = [] }: DecodedPacket): number | null {
  return answers.flatMap((each) => (each.type === 'SOA' ? [each.data.serial ?? 0] : []))[0] ?? null;
}

/** The signature that ends first. Times of signatures are seconds. */
function signedUntil(records: readonly Answer[]): number | null {
  const ends = records.flatMap((each) => (each.type === 'RRSIG' ? [each.data.expiration * 1_000] : []));
  return ends.length === 0 ? null : Math.min(...ends);
}
