/** Volumes of GlusterFS: what they are made of, what they owe each other, and where they are mounted. */

/** Where a brick is. */
export interface BrickName {
  /** As GlusterFS knows it: a name or an address. */
  readonly host: string;
  readonly path: string;
}

export interface BrickView extends BrickName {
  /** Null: the machine's own daemon doesn't answer, so that nobody can tell. */
  readonly online: boolean | null;
  /** Holds names alone, and no content: it breaks ties. */
  readonly arbiter: boolean;
  /** Of the file system below it; null where nobody can tell. */
  readonly sizeBytes: number | null;
  readonly freeBytes: number | null;
}

export interface VolumeView {
  readonly name: string;
  /** GlusterFS's word: `Replicate`, `Distribute`, `Distributed-Replicate`, `Disperse`, … */
  readonly kind: string;
  readonly started: boolean;
  /** So many bricks hold each file, arbiters included; 1 where nothing is held twice. */
  readonly replicas: number;
  readonly arbiters: number;
  /** Of `Disperse`: bricks of one set, and how many of them may be lost; 0 for all others. */
  readonly disperse: number;
  readonly redundancy: number;
  /** In GlusterFS's order: each `replicas` of them are one set. */
  readonly bricks: readonly BrickView[];
}

/** A file or folder as GlusterFS speaks of it. */
export interface HealEntry {
  /** Within the volume: `/docs/report.odt`; null where no brick knows its name any more. */
  readonly path: string | null;
  readonly gfid: string;
}

/** What one brick says that others owe, or contradict. */
export interface BrickHeals extends BrickName {
  /** False: it isn't reached, and what it would say is unknown. */
  readonly answers: boolean;
  readonly pending: readonly HealEntry[];
  readonly splitBrain: readonly HealEntry[];
}

export interface PeerView {
  readonly host: string;
  readonly connected: boolean;
  /** GlusterFS's word: `Peer in Cluster`. */
  readonly state: string;
}

/** The machines that GlusterFS is made of, as the one sees them that answered. */
export interface Pool {
  /** Of `gluster.hosts`: the one that answered. */
  readonly seenBy: string;
  readonly peers: readonly PeerView[];
  /** By machine of `gluster.hosts`; null where it doesn't answer. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** What all of them speak, and what they could. */
  readonly opVersion: number;
  readonly mostOpVersion: number;
}

export interface Quota {
  readonly path: string;
  readonly limitBytes: number;
  readonly usedBytes: number;
}

/** `missing`: nothing is mounted there, or something else. `stale`: it is mounted, and doesn't answer or isn't whole. */
export type MountState = 'mounted' | 'missing' | 'stale' | 'unknown';

/** A place where a volume is to be mounted. */
export interface MountView {
  /** Of `hosts` in the configuration. */
  readonly host: string;
  readonly path: string;
  readonly volume: string;
  readonly state: MountState;
  /** The machine's own word on what is wrong; null where it is mounted. */
  readonly reason: string | null;
}

/** What one brick holds under a name. */
export interface Side extends BrickName {
  /** The configuration's name of the machine. */
  readonly machine: string;
  readonly kind: 'file' | 'folder' | 'other' | 'missing';
  readonly bytes: number;
  /** Last written to, in milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** A copy of what is about to be overwritten. */
export interface SetAside {
  readonly machine: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Full crawls of the self-heal daemons so far. */
export interface Crawls {
  readonly running: number;
  readonly ended: number;
}

/**
 * Every method may throw `ssh_unreachable`, `ssh_host_key` where no machine of `gluster.hosts` is reached, `gluster_refused` with
 * GlusterFS's own words, `volume_unknown` with the nearest name, and `volumes_not_configured`. When its signal aborts, it rejects with
 * the signal's reason as it is.
 */
export interface VolumesReader {
  /** In order of their names. */
  list(signal?: AbortSignal): Promise<readonly VolumeView[]>;
  /** Of each brick, what it says of others; walks through what is pending, which may take long where much is. */
  heals(volume: string, signal?: AbortSignal): Promise<readonly BrickHeals[]>;
  pool(signal?: AbortSignal): Promise<Pool>;
  /** Null where the volume has none. */
  quota(volume: string, signal?: AbortSignal): Promise<readonly Quota[] | null>;
  /** Those of the configuration, looked at side by side: one that hangs is stale, and holds up no other. */
  mounts(signal?: AbortSignal): Promise<readonly MountView[]>;
  crawls(volume: string, signal?: AbortSignal): Promise<Crawls>;
  /**
   * What each brick with content holds under a name: a path within the volume, or `gfid:…`. Those of a set where none has it are left out.
   * @throws volume_path, brick_elsewhere for one on a machine that `gluster.hosts` doesn't name
   */
  sides(volume: string, file: string, signal?: AbortSignal): Promise<readonly Side[]>;
  /** Of a file on one brick. @throws volume_path, brick_elsewhere */
  digest(side: BrickName, file: string, signal?: AbortSignal): Promise<string>;
}

export interface Volumes extends VolumesReader {
  /** Begins to heal: what is known to be pending, or everything that is found on the way through the whole volume. */
  heal(volume: string, how: 'index' | 'full', signal?: AbortSignal): Promise<void>;
  /**
   * Copies what a brick holds under a name into the folder of the configuration, and reads the copy again. Doing it twice does no harm.
   * @param folder of the copy within that folder, such as an operation's id
   * @throws aside_full, aside_within; volume_path, brick_elsewhere
   */
  setAside(side: BrickName, file: string, folder: string, signal?: AbortSignal): Promise<SetAside>;
  /** Ends a split-brain of one file: what this brick holds is right, and the others take it. */
  settle(volume: string, file: string, from: BrickName, signal?: AbortSignal): Promise<void>;
}
