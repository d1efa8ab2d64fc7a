import type { NameView, OwnAddress } from '#domain/names/name-view.ts';

/**
 * The public names of the house, as their zones' own servers give them and as the public sees them. When its signal aborts, a method rejects with
 * the signal's reason as it is. Where nothing is configured, each throws `names_not_configured`.
 */
export interface NamesReader {
  /** Those of the configuration, in its order. */
  list(): readonly string[];
  /** The addresses that belong to the house; empty where nobody said so. */
  addresses(): readonly OwnAddress[];
  /** The zone of a name that vigie has a key for; null: it may not change it. */
  changeable(name: string): string | null;
  /** The longest life of a record that a failover can bear, in seconds. */
  mostTtl(): number;
  /**
   * Asks a name at each server of its zone, and at a resolver. A server that doesn't answer says why (`names_unanswered`).
   * @throws names_unknown for what is no name
   */
  look(name: string, signal?: AbortSignal): Promise<NameView>;
}

/** What a name's addresses are, and what they are to be; each once. */
export interface NameChange {
  readonly from: readonly string[];
  /** At least one: a name without addresses is gone. */
  readonly to: readonly string[];
  /** How long whoever asks may remember them, in seconds. */
  readonly ttl: number;
}

export interface Names extends NamesReader {
  /**
   * Gives a name other addresses at the primary of its zone, in one step that is done as a whole or not at all. What is so already is done.
   * @throws names_no_key where vigie may not change its zone; names_others when it has other addresses than `from` and `to`; names_refused;
   * names_unanswered, after which nobody knows whether it was done: the same again is no second change
   */
  change(name: string, change: NameChange, signal?: AbortSignal): Promise<void>;
}
