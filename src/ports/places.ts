import type { Digest } from '#kernel/digest.ts';

/** What a place holds under a path. */
export interface FileView {
  /** Relative to the place: `databases/pad/20261128T020000Z-p7k.dump`. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

export interface WriteOptions {
  readonly signal?: AbortSignal;
  /** Called now and then with the bytes written so far. */
  readonly progress?: (bytes: number) => void;
}

/**
 * A folder for backups, on this machine or on another one over SFTP. Paths are relative, of unaccented letters, digits, `.`, `_`, `-` and `/`; no part of
 * them begins with a dot: anything else is `place_path`. Every method may throw `place_unreachable` (not mounted, no such folder, not writable), `place_refused`, over SSH `ssh_unreachable`
 * and `ssh_host_key`; when its signal aborts it rejects with the signal's reason as it is. Files are made with mode 0600, folders with 0700.
 */
export interface Place {
  /** As the configuration names it. */
  readonly name: string;
  /**
   * Writes a stream in constant memory: to `path.partial`, flushed to disk, then renamed; nobody ever sees half a file under its name. Whatever goes wrong,
   * the source included, removes the `.partial` file (or leaves it for `clean`, if the place is gone) and is thrown on.
   * @throws place_full when there is no room; place_exists when the name, or its `.partial`, is taken: nothing is ever written over
   */
  write(path: string, source: AsyncIterable<Uint8Array>, options?: WriteOptions): Promise<Digest>;
  /** @throws file_unknown */
  read(path: string, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Reads the file whole, as it stands there now. @throws file_unknown */
  digest(path: string, options?: WriteOptions): Promise<Digest>;
  /** Files below a folder, in order of their paths; a `.partial` is none. A folder that isn't there is empty. */
  list(folder: string, signal?: AbortSignal): Promise<readonly FileView[]>;
  /** `.partial` files below a folder: copies that broke off, or are under way. */
  partials(folder: string, signal?: AbortSignal): Promise<readonly FileView[]>;
  /** A file, or a `.partial` that broke off. @returns false when it was gone already */
  remove(path: string, signal?: AbortSignal): Promise<boolean>;
  space(signal?: AbortSignal): Promise<{ readonly sizeBytes: number; readonly freeBytes: number }>;
  close(): Promise<void>;
}

/** Encrypts what leaves the machines, to a key that vigie can't decrypt with. */
export interface Sealer {
  /** The age recipient: `age1…`. */
  readonly recipient: string;
  seal(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

/** A place, and how it is used. */
export interface BackupPlace {
  readonly place: Place;
  /** Null: copies are kept as they are. */
  readonly sealer: Sealer | null;
}

/** Where backups are kept. The first one is written first; the others get copies. */
export interface BackupPlaces {
  readonly main: Place;
  readonly copies: readonly BackupPlace[];
}
