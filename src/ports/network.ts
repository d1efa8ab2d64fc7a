/** Addresses of machines: which belong where, who holds them, and where hypervisors lead what comes in. */

/** An address of the configuration. */
export interface KnownAddress {
  readonly address: string;
  /** Where it belongs: a machine of `hosts`, or another name; null where nobody said. */
  readonly machine: string | null;
  readonly purpose: string | null;
  /** Kept for later: nobody is to hold it. */
  readonly spare: boolean;
  /** Machines that may take it over while its own is away, in the order in which they are asked; empty: it stays. */
  readonly movesTo: readonly string[];
}

/** An address on an interface that is up. */
export interface HeldAddress {
  readonly address: string;
  /** How many bits of it name its network: what shares them is on the same link. */
  readonly prefix: number;
  readonly interface: string;
  /** Of the interface, in small letters; null where it has none. */
  readonly mac: string | null;
  /** IPv6 found somebody else with it, and doesn't use it. */
  readonly duplicate: boolean;
}

/** Who answered for an address when a machine last asked its network. */
export interface Neighbour {
  readonly address: string;
  readonly mac: string;
}

export interface MachineAddresses {
  readonly held: readonly HeldAddress[];
  /** Those that answered a moment ago: what is merely remembered isn't in it. */
  readonly neighbours: readonly Neighbour[];
  /** Addresses of all its interfaces as the network knows them. */
  readonly macs: readonly string[];
}

/** What comes in at a hypervisor and is led on. */
export interface Forward {
  readonly protocol: 'tcp' | 'udp' | null;
  /** To which address it has to come; null: to any. */
  readonly address: string | null;
  /** `8081`, `5000-5010`; null: all of them. */
  readonly port: string | null;
  readonly to: string;
  /** Null: the port that it came to. */
  readonly toPort: string | null;
}

export interface Forwards {
  readonly list: readonly Forward[];
  /** Rules that lead somewhere, in a form that vigie can't read. */
  readonly unread: number;
}

/** `answers`: somebody listens. `refused`: somebody is there, and nobody listens. `silent`: nobody is there. `untried`: not TCP, or many ports. */
export type Landing = 'answers' | 'refused' | 'silent' | 'untried';

/**
 * Methods may throw `ssh_unreachable`, `ssh_host_key`, `host_unknown` and `network_refused`. When its signal aborts, each rejects with the signal's
 * reason as it is.
 */
export interface NetworkReader {
  /** Of the configuration, in its order. */
  known(): readonly KnownAddress[];
  /** Machines that are asked: all of `hosts`. */
  machines(): readonly string[];
  /** Those of them whose forwards are shown. */
  hypervisors(): readonly string[];
  addresses(machine: string, signal?: AbortSignal): Promise<MachineAddresses>;
  forwards(machine: string, signal?: AbortSignal): Promise<Forwards>;
  /** Where a forward ends, tried from the hypervisor itself. */
  landing(machine: string, forward: Forward, signal?: AbortSignal): Promise<Landing>;
  /** Whether an address answers a ping from over there. */
  pings(machine: string, address: string, signal?: AbortSignal): Promise<boolean>;
  /** Whether a program over there moves addresses by itself (keepalived): nobody else may then. */
  movesByItself(machine: string, signal?: AbortSignal): Promise<boolean>;
}

/** Until the machine's next boot: what it takes by itself is in files that vigie doesn't touch. */
export interface Network extends NetworkReader {
  /**
   * Gives a machine an address of its link, and tells the others on it. Nobody may answer for it: that is asked right before. Done twice, it is told again.
   * @throws network_taken by whom, network_refused
   */
  take(machine: string, address: string, interfaceName: string, signal?: AbortSignal): Promise<void>;
  /** Takes an address off a machine, wherever it stands there. What it doesn't hold is done. @throws network_refused */
  drop(machine: string, address: string, signal?: AbortSignal): Promise<void>;
}
