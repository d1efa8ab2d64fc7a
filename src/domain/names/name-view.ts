import type { Problem } from '#kernel/errors.ts';
import { inOneForm } from './address.ts';

/** An address of the house, as the configuration has it. */
export interface OwnAddress {
  readonly address: string;
  /** The machine that it belongs to; null: nobody said so. */
  readonly machine: string | null;
  readonly purpose: string | null;
  /** No name is meant to lead there. */
  readonly spare: boolean;
}

export interface AddressRecord {
  readonly address: string;
  /** In seconds: how long whoever asked may remember it. */
  readonly ttl: number;
}

/** What a server answered about a name. */
export interface NameAnswer {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`, … */
  readonly code: string;
  /** It speaks for the zone itself. */
  readonly authoritative: boolean;
  readonly records: readonly AddressRecord[];
  /** What the name is another name of; null: nothing. */
  readonly alias: string | null;
  /** Of its copy of the zone; null where it doesn't say. */
  readonly serial: number | null;
  /** When the first signature of its records ends (ms); null: it signs nothing. */
  readonly signedUntil: number | null;
}

/** One server that was asked. */
export interface AskedServer {
  /** Its name, or its address where it has none. */
  readonly server: string;
  readonly address: string;
  /** Null: it didn't answer, and `problem` says why. */
  readonly answer: NameAnswer | null;
  readonly problem: Problem | null;
}

/** A public name, as its zone and the public see it. */
export interface NameView {
  readonly name: string;
  /** Null where nobody knows whose it is. */
  readonly zone: string | null;
  /** The zone's own servers, each of them. */
  readonly servers: readonly AskedServer[];
  /** A resolver, as the public would ask one. */
  readonly resolver: AskedServer;
}

/** Addresses that a name has by its own servers, or, where none of them answers, by the resolver; each once, in the order of the first answer. */
export function addressesOf({ servers, resolver }: NameView): readonly string[] {
  const own = servers.flatMap(({ answer }) => (answer === null || !answer.authoritative ? [] : [answer]));
  const answers = own.some(({ records }) => records.length > 0) || resolver.answer === null ? own : [...own, resolver.answer];
  return [...new Set(answers.flatMap(({ records }) => records.map(({ address }) => inOneForm(address))))];
}
