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
  /** More tasks of it than this need a second person. */
  readonly most: number;
  /** How long to wait for it to settle, in milliseconds. */
  readonly settleMs: number;
}

/** What the configuration says of a virtual machine or container, and Proxmox can't know; what it doesn't name is none of it. */
export interface GuestFacts {
  readonly name: string;
  /** The Swarm node that it is, by its host name; null: none. */
  readonly swarmNode: string | null;
  /** Holds a brick of GlusterFS. */
  readonly brick: boolean;
  /** Holds data of databases. */
  readonly databases: boolean;
  /** Off on purpose: not worth a word. */
  readonly mayBeOff: boolean;
  /** When its hypervisor is emptied: the smallest moves first; null: after those that have one. */
  readonly order: number | null;
  /** How long vigie's own snapshots of it are kept; null: until somebody deletes them. */
  readonly snapshotKeepMs: number | null;
  /** How many good backups of it are kept. */
  readonly backupKeep: number;
  /** Backups of it that are younger than this stay, however many there are. */
  readonly backupAtLeastMs: number;
}

export interface Inventory {
  service(name: string): ServiceFacts;
  guest(name: string): GuestFacts;
  /** Every name of a machine that is known by this one, its own first; the name alone, of anything else. */
  namesOf(name: string): readonly string[];
  /** Whether the configuration names it: a service, a host, a guest. */
  knows(name: string): boolean;
}

/**
 * A name in the configuration of what only others know: whatever stands under it is about nothing where nobody has that name.
 * `thing` is any of those that actions are done to, `target` a pattern of them.
 */
export interface NamedThing {
  readonly kind: 'service' | 'swarm-node' | 'guest' | 'node' | 'thing' | 'target' | 'channel';
  readonly name: string;
  /** The key: `services`, `policy.2.match.target`. */
  readonly place: string;
}
