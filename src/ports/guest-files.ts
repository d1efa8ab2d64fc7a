import type { Digest } from '#kernel/digest.ts';

/** A file of a hypervisor, such as what vzdump wrote. */
export interface NodeFile {
  readonly node: string;
  /** Absolute. */
  readonly path: string;
}

export interface FileOptions {
  readonly signal: AbortSignal;
  /** Bytes so far, now and then. */
  readonly progress: (bytes: number) => void;
}

/** Files on the hypervisors themselves, which Proxmox's API doesn't give out. Every method that asks a machine may throw `node_without_ssh`, `ssh_unreachable`, `ssh_host_key`. */
export interface GuestFilesReader {
  /** Whether the configuration says how to reach a node over SSH: without that, its files have neither checksum nor copy. */
  reaches(node: string): boolean;
  /** Computed where the file is. @returns null when it isn't there @throws node_files_refused */
  digest(file: NodeFile, signal?: AbortSignal): Promise<Digest | null>;
  /** Bytes of each of these files of one machine, without reading them. @returns by path; null for one that isn't there @throws node_files_refused */
  sizes(node: string, paths: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, number | null>>;
}

export interface GuestFiles extends GuestFilesReader {
  /**
   * Copies a file to another machine: through vigie, in constant memory, under another name until it is whole, flushed to the disk and compared there with the checksum.
   * Doing it twice does no harm: what stands there already and is the same is left.
   * @param expected what the file is known to be
   * @throws copy_failed with the target's node as its place; nothing half-written keeps the file's name
   */
  copy(from: NodeFile, to: NodeFile, expected: Digest, options: FileOptions): Promise<void>;
  /** Only what vzdump wrote, or a copy of it. @returns false when nothing was there @throws node_files_refused */
  remove(file: NodeFile, signal?: AbortSignal): Promise<boolean>;
}
