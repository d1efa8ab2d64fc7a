import type { DiskSign } from '#domain/disk/judge.ts';

/** Disks of machines and the arrays that software RAID makes of them. Disks are known by serial number and port: `sda` is another one after the next boot. */

/** `missing`: its place in the array is empty, or the disk was pulled out. */
export type MemberState = 'active' | 'spare' | 'rebuilding' | 'faulty' | 'missing';

export interface ArrayMember {
  /** Its place in the array; null for a spare and for one that was put out of it. */
  readonly slot: number | null;
  readonly state: MemberState;
  /** Null where there is no disk, or one that tells none. */
  readonly serial: string | null;
  /** Where the disk is plugged in: `ata2`, or the PCI address of an NVMe disk. */
  readonly port: string | null;
}

/** What the kernel is at: `check` and `repair` read all of it, the others bring a disk up to date, or the array to another form. */
export type ArrayAction = 'idle' | 'check' | 'repair' | 'recover' | 'resync' | 'reshape' | 'frozen';

export interface ArrayView {
  /** `md0`. */
  readonly name: string;
  /** The kernel's word: `raid1`. */
  readonly level: string;
  readonly sizeBytes: number;
  /** `failed`: too few disks to give all of its data. `inactive`: not started. */
  readonly state: 'whole' | 'degraded' | 'failed' | 'inactive';
  readonly action: ArrayAction;
  /** Of what it is at, from 0 to 1; null where it is idle. */
  readonly done: number | null;
  /** Until it is done with that, at the pace of now (ms); null where nobody can tell. */
  readonly leftMs: number | null;
  /** Sectors in which its disks contradicted each other when they were last compared. */
  readonly mismatches: number;
  readonly members: readonly ArrayMember[];
}

export interface DiskView {
  readonly serial: string | null;
  /** `ata2`, or the PCI address of an NVMe disk; null where the kernel doesn't say. */
  readonly port: string | null;
  readonly model: string | null;
  readonly sizeBytes: number;
  readonly spins: boolean;
  /** Whether it says how it is. What has no SMART (a virtual disk, some USB) is neither well nor ill. */
  readonly smart: boolean;
  readonly celsius: number | null;
  /** That it was on. */
  readonly hours: number | null;
  /** Of what its maker says that it can be written, from 0; above 1 it outlived that. Null for a disk that spins. */
  readonly worn: number | null;
  readonly signs: readonly DiskSign[];
}

/** What a disk is in use for, or holds. */
export interface DiskUse {
  /**
   * `array`: it is in another array. `held`: something was made of it (LVM, encryption). `content`: a file system, or what another array left.
   * `table`: of partitions, none of which is there. `unread`: nobody could tell.
   */
  readonly kind: 'mounted' | 'swap' | 'array' | 'held' | 'partitions' | 'table' | 'content' | 'unread';
  /** Where it is mounted, the array, what was made of it, the kind of file system; how many partitions. */
  readonly name: string;
}

/** A disk that somebody wants to put into an array, as its machine has it now. */
export interface Candidate {
  readonly serial: string;
  readonly port: string | null;
  readonly model: string | null;
  /** Of what is added: the disk, or its partition. */
  readonly sizeBytes: number;
  /** What each disk of the array holds for it, and what lies before that. */
  readonly neededBytes: number;
  /** What the array has of it. */
  readonly member: MemberState | null;
  /** It was in this very array before, and says so itself. */
  readonly returns: boolean;
  /** What it is in use for besides; none: it may be written over. */
  readonly uses: readonly DiskUse[];
  /**
   * Which partition of it is meant, as another disk has it in the array; null where whole disks are. Where it is there, sizes and uses are its own; nobody makes one here.
   */
  readonly partition: { readonly number: number; readonly there: boolean; readonly other: string | null } | null;
}

/**
 * Methods may throw `ssh_unreachable`, `ssh_host_key`, `host_unknown` with the nearest name, `disks_forbidden` where the account may not ask, `disks_refused`
 * for what a command says instead of an answer, and `disks_not_configured`. When its signal aborts, each rejects with the signal's reason as it is.
 */
export interface DisksReader {
  /** Those of the configuration, in its order. */
  machines(): readonly string[];
  /** In order of their names; none where there is no software RAID. */
  arrays(machine: string, signal?: AbortSignal): Promise<readonly ArrayView[]>;
  /** In order of their ports; null where nothing is installed that asks them. */
  disks(machine: string, signal?: AbortSignal): Promise<readonly DiskView[] | null>;
  /** @throws array_unknown, disk_unknown, disk_twice: several disks have this serial number */
  candidate(machine: string, array: string, serial: string, signal?: AbortSignal): Promise<Candidate>;
}

export interface Disks extends DisksReader {
  /** Begins to compare the disks of an array with each other, which changes nothing on them. Nothing is done where that goes on already. */
  check(machine: string, array: string, signal?: AbortSignal): Promise<void>;
  /**
   * Puts a disk into an array that lacks one, and returns once the array has it: it is brought up to date from then on. What was put out or pulled out before is taken out
   * first. Nothing is done where the array has the disk already.
   * @throws array_unknown, disk_unknown, disk_twice; disk_in_use, disk_too_small, array_takes_none where that isn't so (any more): all is looked at again right before
   */
  add(machine: string, array: string, serial: string, signal?: AbortSignal): Promise<void>;
}

/** Which of its partitions is added; null for all of it, which also a table would be written over. */
export function partitionOf({ partition }: Candidate): number | null {
  return partition?.there === true ? partition.number : null;
}
