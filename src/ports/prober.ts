import type { Problem } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ProbeCheck } from '#domain/alert/rule.ts';

/** One thing to look at from vigie itself. `expect` is as in the rule. */
export interface Probe {
  readonly kind: ProbeCheck['kind'];
  readonly target: string;
  readonly timeoutMs: number;
  readonly expect: JsonObject;
}

/** A part of the way to a target, as messages name it. */
export type Hop =
  | 'dns'
  | 'connect'
  | 'ping'
  | 'tls'
  | 'certificate'
  | 'http'
  | 'content'
  | 'records'
  | 'ssh'
  | 'docker'
  | 'node'
  | 'guest'
  | 'proxmox'
  | 'gluster'
  | 'raid'
  | 'smart'
  | 'addresses';

/** The certificate that a server showed, good or not. */
export interface SeenCertificate {
  /** The name in it that stands for the whole. */
  readonly subject: string;
  /** Who signed it. */
  readonly issuer: string;
  /** Names and addresses that it is for. */
  readonly names: readonly string[];
  /** Milliseconds since the epoch; null where it doesn't say. */
  readonly endsAt: number | null;
  /** `itself`: signed by nobody else. `traefik`: the one that Traefik makes when it has got none. */
  readonly maker: 'authority' | 'itself' | 'traefik';
  /** OpenSSL's name of why it isn't to be trusted; null: it is. */
  readonly trouble: string | null;
}

/** An answer over HTTP, good or not. */
export interface SeenAnswer {
  readonly status: number;
  /** Where the last request went, redirects followed. */
  readonly url: string;
  /** The beginning of what a bad answer says. */
  readonly text: string;
}

/** What a target showed on the way, whatever came of it. */
export interface Seen {
  readonly certificate?: SeenCertificate;
  readonly http?: SeenAnswer;
}

/** The way to a target, which says of each hop that it is entered: whatever fails or hangs is known by it. */
export interface Way {
  readonly target: string;
  enter(hop: Hop): void;
}

/** How a probe asks what the configuration connects to, by its kind. @throws ProbeFailure */
export type SystemWalks = Readonly<Partial<Record<Probe['kind'], (way: Way, deadline: AbortSignal) => Promise<void>>>>;

export interface ProbeResult extends Seen {
  readonly ok: boolean;
  /** The hop that failed, or was walked when time ran out; null when all is well. */
  readonly hop: Hop | null;
  /** The system's own word on it, for logs and beside the words of `problem`; empty when all is well. */
  readonly detail: string;
  /** Why it failed, for the words that people read: codes `probe_…`, `swarm_…`, `ssh_…`. */
  readonly problem: Problem | null;
  /** From the first hop to the end. */
  readonly latencyMs: number;
  /** tls: days until the certificate's end (below zero: since then), whatever else is wrong with it; null elsewhere. */
  readonly value: number | null;
  /** The hops that were entered, in their order. */
  readonly walked: readonly Hop[];
}

/** Looks at the outside from where vigie runs. What can't be reached is a result, not an error. */
export interface Prober {
  /**
   * @throws probe_invalid when target or expectation can't be read, probe_impossible when this vigie has no means for the
   *   kind (no `ping` installed, no Swarm configured); or the signal's reason when it aborts
   */
  probe(probe: Probe, signal?: AbortSignal): Promise<ProbeResult>;
}
