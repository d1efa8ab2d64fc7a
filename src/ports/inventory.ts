/** What the configuration says of a service; what it doesn't name has the defaults. */
export interface ServiceFacts {
  readonly name: string;
  readonly environment: string | null;
  /** A database: one replica, never start-first. */
  readonly database: boolean;
  /** Repositories that its image may come from; empty: the one that it runs now. */
  readonly repositories: readonly string[];
  /** vigie itself. */
  readonly self: boolean;
  /** Where the compose file stands, for a service of a stack that is kept in git. */
  readonly stackFile: string | null;
  /** How long to wait for it to settle, in milliseconds. */
  readonly settleMs: number;
}

export interface Inventory {
  service(name: string): ServiceFacts;
  /** Whether the configuration names it: a service, a host. */
  knows(name: string): boolean;
}
