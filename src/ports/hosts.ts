import type { Excerpt, LogQuery } from '#domain/logs/collector.ts';
import type { Said } from '#domain/logs/joiner.ts';
import type { Severity } from '#domain/logs/severity.ts';

/** A container's log above this is oversized. */
export const LOG_LIMIT_BYTES = 1_000_000_000;

export interface FileSystem {
  readonly mount: string;
  readonly sizeBytes: number;
  readonly usedBytes: number;
  /** Of what ordinary accounts may fill, as `df` counts: from 0 to 1. */
  readonly usedShare: number;
}

/** An image that no container uses, not even a stopped one. */
export interface UnusedImage {
  /** As Docker takes it: `sha256:…`, or its first digits. */
  readonly id: string;
  /** `repository:tag`, or null for one without a tag. */
  readonly name: string | null;
  /** What removing it frees, about: layers that other images share stay. */
  readonly bytes: number;
}

export interface OversizedLog {
  /** The container's name. */
  readonly container: string;
  readonly path: string;
  readonly bytes: number;
}

/** A `.partial` file that nobody wrote to for a day: no copy under way any more, but one that broke off. */
export interface PartialFile {
  readonly path: string;
  readonly bytes: number;
  /** Last written to, in milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** `reason`: what Docker's client says where its daemon doesn't answer; null where there is no Docker at all. */
export type DockerSpace =
  | {
      readonly answers: true;
      readonly images: readonly UnusedImage[];
      /** Null where the account over there may not see them. */
      readonly logs: readonly OversizedLog[] | null;
    }
  | { readonly answers: false; readonly reason: string | null };

export interface Space {
  /** The name that the configuration gives it, whichever it was asked by. */
  readonly host: string;
  /** The fullest first. */
  readonly fileSystems: readonly FileSystem[];
  readonly docker: DockerSpace;
  /** The biggest first. */
  readonly partials: readonly PartialFile[];
}

/** One thing that `space` found. */
export type Removable =
  | { readonly kind: 'image'; readonly id: string }
  | { readonly kind: 'log'; readonly path: string }
  | { readonly kind: 'partial'; readonly path: string };

export interface Cleaned {
  /** `gone`: somebody else was faster. `kept`: it is in use again, or was written to since. */
  readonly outcome: 'removed' | 'gone' | 'kept';
  /** What was freed where it could be measured; null for an image. */
  readonly bytes: number | null;
}

/** An entry of a machine's journal. */
export interface JournalLine extends Said {
  /** Whose words they are: a unit (`ssh`), a container, a program; null where nobody says. */
  readonly unit: string | null;
  /** The process's number. */
  readonly process: string | null;
  /** As whoever wrote it says; what a program merely prints has 6. */
  readonly priority: Severity | null;
}

export type JournalExcerpt = Excerpt<JournalLine>;

/** A guest of a Proxmox cluster, on the machine that it belongs to. */
export interface GuestPlace {
  readonly node: string;
  readonly kind: 'qemu' | 'lxc';
  readonly vmid: number;
}

/**
 * Machines reached over SSH. Every method may throw `ssh_unreachable`, `ssh_host_key`, `host_unknown` with the nearest name,
 * `host_refused` when a command fails or answers what nobody expects, and `hosts_not_configured`. When its signal aborts, it rejects
 * with the signal's reason as it is.
 */
export interface HostsReader {
  /** Those of the configuration, in its order; none where none is configured. */
  list(): readonly string[];
  /** The fullest first. */
  fileSystems(host: string, signal?: AbortSignal): Promise<readonly FileSystem[]>;
  /** What fills a machine's disks. */
  space(host: string, signal?: AbortSignal): Promise<Space>;
  /**
   * What stands in a machine's journal, the newest of it however much there is.
   * @throws journal_forbidden when the account may not see all of it, journal_missing where there is no systemd
   */
  journal(host: string, query: LogQuery, signal?: AbortSignal): Promise<JournalExcerpt>;
  /** What a guest is made of, as one machine of its cluster has it, also of a guest whose own machine is away; null: there is no such guest. */
  guestSettings(host: string, place: GuestPlace, signal?: AbortSignal): Promise<string | null>;
  /** Snapshots of ZFS datasets, as `DATASET@NAME`; none of a dataset that isn't there. @param datasets at least one, such as `rpool/data/vm-100-disk-0` */
  zfsSnapshots(host: string, datasets: readonly string[], signal?: AbortSignal): Promise<readonly string[]>;
}

export interface Hosts extends HostsReader {
  /** Tells a machine to shut itself down, and returns once it has taken it. @throws host_refused */
  powerOff(host: string, signal?: AbortSignal): Promise<void>;
  /**
   * Gives a guest of another machine, which is off for sure, to one of its cluster: `node` is that one's name there. Done twice, it is done.
   * @throws host_refused, also while the cluster has no quorum
   */
  takeGuest(host: string, place: GuestPlace, node: string, signal?: AbortSignal): Promise<void>;
  /** Removes one thing, or empties it if it is a log; looks first whether it still may. Doing it twice does no harm. */
  clean(host: string, what: Removable, signal?: AbortSignal): Promise<Cleaned>;
}
