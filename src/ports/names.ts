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
  /** The longest life of a record that a failover can bear, in seconds. */
  mostTtl(): number;
  /**
   * Asks a name at each server of its zone, and at a resolver. A server that doesn't answer says why (`names_unanswered`).
   * @throws names_unknown for what is no name
   */
  look(name: string, signal?: AbortSignal): Promise<NameView>;
}

/** Nothing of it is changed by vigie. */
export type Names = NamesReader;
