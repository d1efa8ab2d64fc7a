import type { Console } from './console.ts';

/** Virtual machines and containers of a Proxmox cluster, its storages and its tasks. */

export interface HypervisorNode {
  readonly name: string;
  readonly online: boolean;
  /** Null while it is offline. */
  readonly uptimeMs: number | null;
  readonly memoryBytes: number | null;
  readonly memoryUsedBytes: number | null;
}

export interface ClusterView {
  /** Null for a machine that is in no cluster. */
  readonly name: string | null;
  /** Without quorum the cluster is read-only. A machine on its own always has it. */
  readonly quorate: boolean;
  readonly nodes: readonly HypervisorNode[];
}

/** A guest that Proxmox HA keeps running, wherever. */
export interface HaGuest {
  readonly vmid: number;
  /** Where HA has it now. */
  readonly node: string;
  /** HA's word: `started`, `stopped`, `migrate`, `fence` (its machine is being proven off), `recovery` (it is given to another machine), `error`, `freeze`, … */
  readonly state: string;
}

export interface GuestView {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly kind: 'qemu' | 'lxc';
  /** `unknown`: its node is offline, nobody can tell. */
  readonly state: 'running' | 'stopped' | 'paused' | 'unknown';
  /** Null where it isn't running. */
  readonly uptimeMs: number | null;
  readonly memoryBytes: number;
  readonly template: boolean;
  /** What Proxmox itself is doing to it (`backup`, `snapshot`, `migrate`, …), or null. */
  readonly lock: string | null;
}

export interface GuestDisk {
  /** `scsi0`, `rootfs`, … */
  readonly key: string;
  readonly storage: string;
  readonly bytes: number;
}

/** What a plan starts from. */
export interface GuestDetail extends GuestView {
  /** `absent`: not configured. `silent`: configured, but it doesn't answer (or the guest is off): a snapshot is crash-consistent. */
  readonly agent: 'answers' | 'silent' | 'absent';
  /** Proxmox's digest of the configuration: another one means that somebody changed it. */
  readonly digest: string;
  readonly disks: readonly GuestDisk[];
}

export interface GuestCard {
  /** `net0`, … */
  readonly key: string;
  /** Whether its cable is in. */
  readonly linked: boolean;
}

/** How a VM is made up: as its configuration says, or that of a backup. */
export interface GuestSetup {
  /** Empty where it has none, as what a failed restore leaves. */
  readonly name: string;
  readonly notes: string;
  readonly memoryBytes: number;
  /** Of a backup only those that it holds. */
  readonly disks: readonly GuestDisk[];
  /** Disks that a backup leaves out, by their keys; of a guest those that its backups will leave out. */
  readonly omitted: readonly string[];
  readonly cards: readonly GuestCard[];
  /** Whether it starts with its machine. */
  readonly onBoot: boolean;
  /** What ties it to its machine, by key: a device of the machine itself, a file by its path. */
  readonly devices: readonly string[];
  /** CDs that are in, with the storages they lie on. */
  readonly cds: readonly { readonly key: string; readonly storage: string }[];
}

/** A VM that is to be made of a backup. */
export interface RestoreOrder {
  readonly backup: Pick<GuestBackupView, 'id' | 'node'>;
  /** Where it is made, and where the backup can be read. */
  readonly node: string;
  /** Free until now. */
  readonly vmid: number;
  readonly name: string;
  /** What its maker knows it by again. */
  readonly notes: string;
  /** Whether its cards and the machine get addresses and ids of their own. */
  readonly unique: boolean;
}

/** What is to be another way of a guest's configuration; what is left out stays. */
export interface SetupChange {
  readonly name?: string;
  readonly onBoot?: boolean;
  /** Cards whose cable is in, by key; it is out of all others. */
  readonly linked?: readonly string[];
}

export interface SnapshotView {
  readonly name: string;
  readonly description: string;
  readonly takenAt: number;
  readonly parent: string | null;
  readonly withMemory: boolean;
}

export interface StorageView {
  readonly name: string;
  readonly node: string;
  /** Proxmox's word: `dir`, `lvmthin`, `zfspool`, `nfs`, … On ZFS, newer snapshots stand in the way of a revert. */
  readonly kind: string;
  /** What it may hold: `images`, `rootdir`, `backup`, … */
  readonly content: readonly string[];
  readonly sizeBytes: number;
  readonly usedBytes: number;
  readonly active: boolean;
  /** The same on every node. */
  readonly shared: boolean;
  /** Where its files are on the node (`/var/lib/vz`), for storages that are folders. */
  readonly path: string | null;
  /** The dataset that its disks are in, on ZFS (`rpool/data`). */
  readonly pool: string | null;
  /** Why nobody can tell how it is: its node didn't answer for it. Null where it did; otherwise it isn't active, and has no size. */
  readonly unknown: string | null;
}

/** Where nobody could look, and why. */
export interface UnknownStorage {
  readonly node: string;
  readonly name: string;
  readonly reason: string;
}

export interface GuestBackups {
  /** Oldest first. */
  readonly files: readonly GuestBackupView[];
  /** Storages that may hold more of them, and couldn't be asked. */
  readonly unknown: readonly UnknownStorage[];
}

/** A file that vzdump wrote. */
export interface GuestBackupView {
  /** `local:backup/vzdump-qemu-101-2026_11_28-03_00_00.vma.zst`. */
  readonly id: string;
  readonly storage: string;
  readonly node: string;
  readonly vmid: number;
  readonly takenAt: number;
  readonly bytes: number;
  readonly notes: string;
  readonly protected: boolean;
}

/** `warnings` is a success whose log should be read. */
export type TaskEnd =
  | { readonly state: 'running' }
  | { readonly state: 'ok' }
  | { readonly state: 'warnings'; readonly count: number }
  | { readonly state: 'failed'; readonly reason: string };

export interface HypervisorTask {
  /** UPID: `UPID:alice:0000…:qmsnapshot:101:vigie@pve!ops:`. */
  readonly id: string;
  readonly node: string;
  /** `qmsnapshot`, `qmrollback`, `qmdelsnapshot`, `vzdump`, `qmstart`, `qmshutdown`, `qmstop`, `qmreboot`, `qmigrate`, `qmrestore`, `qmconfig`, `qmdestroy`, `imgdel`; `vz…` for containers; `hastart`, `hastop`, `hamigrate` for guests that Proxmox HA manages. */
  readonly kind: string;
  readonly vmid: number | null;
  readonly startedAt: number;
  readonly end: TaskEnd;
}

/** A job that copies a guest's disks to another machine again and again, as the machine that the guest is on has it. */
export interface Replication {
  /** `100-0`. */
  readonly id: string;
  readonly target: string;
  /** When what is over there was last made the same, by the cluster's clock; null: never since the guest is here. */
  readonly syncedAt: number | null;
  /** How often it has failed since. */
  readonly failures: number;
  /** Why, the last time. */
  readonly problem: string | null;
}

/**
 * Reading a Proxmox cluster. Every method may throw `hypervisor_unreachable` (no host of the cluster answers), `hypervisor_fingerprint`,
 * `hypervisor_refused`, `hypervisor_forbidden` when rights are missing (an empty list of guests counts as that: Proxmox hides what a token
 * may not see), `hypervisor_not_configured`; over SSH `ssh_unreachable` and `ssh_host_key`. When its signal aborts it rejects with the signal's
 * reason as it is.
 */
export interface HypervisorReader extends Console {
  cluster(signal?: AbortSignal): Promise<ClusterView>;
  /** Those that HA looks after; none where it looks after nothing. */
  ha(signal?: AbortSignal): Promise<readonly HaGuest[]>;
  /** Templates included; sorted by vmid. */
  guests(signal?: AbortSignal): Promise<readonly GuestView[]>;
  /** @param word a name or a vmid @throws guest_unknown with the nearest name; guest_ambiguous when two have that name */
  guest(word: string, signal?: AbortSignal): Promise<GuestDetail>;
  /** How a VM is made up now. @throws guest_unknown, node_offline */
  setup(vmid: number, signal?: AbortSignal): Promise<GuestSetup>;
  /** How a VM was made up when it was backed up. @throws guest_backup_gone */
  setupIn(backup: Pick<GuestBackupView, 'id' | 'node'>, signal?: AbortSignal): Promise<GuestSetup>;
  /** A number that no guest of the cluster has. Nobody keeps it free. */
  freeNumber(signal?: AbortSignal): Promise<number>;
  /** Oldest first; without Proxmox's own `current`. */
  snapshots(vmid: number, signal?: AbortSignal): Promise<readonly SnapshotView[]>;
  /** Its replication, without jobs that are switched off. @throws guest_unknown, node_offline */
  replications(vmid: number, signal?: AbortSignal): Promise<readonly Replication[]>;
  /** Those of all nodes that are online; those of a node that doesn't answer for them are unknown, and the others are told all the same. */
  storages(signal?: AbortSignal): Promise<readonly StorageView[]>;
  /** What one storage can't answer is unknown, the others' are told all the same. @param vmid null for those of all guests */
  backups(vmid: number | null, signal?: AbortSignal): Promise<GuestBackups>;
  /** @throws task_unknown */
  task(id: string, signal?: AbortSignal): Promise<HypervisorTask>;
  /** Its newest lines, oldest first. */
  taskLog(id: string, lines: number, signal?: AbortSignal): Promise<readonly string[]>;
  /** Tasks of one guest that began at `since` or later, newest first: what a crash has left running is found here. */
  tasks(vmid: number, since: number, signal?: AbortSignal): Promise<readonly HypervisorTask[]>;
}

/**
 * Each of these starts a task and returns its UPID at once: whoever called stores it, then follows `task`. Quorum is checked before each of
 * them: `hypervisor_no_quorum`. Also `guest_unknown`, `guest_busy` when Proxmox holds a lock on the guest. After `hypervisor_unreachable` it is
 * unknown whether the task was started: look at `tasks`.
 */
export interface Hypervisor extends HypervisorReader {
  /** Without RAM. @throws snapshot_exists, snapshot_name for what Proxmox wouldn't take, or calls its own */
  snapshot(vmid: number, name: string, description: string, signal?: AbortSignal): Promise<string>;
  /** @throws snapshot_unknown */
  revert(vmid: number, snapshot: string, signal?: AbortSignal): Promise<string>;
  /** @throws snapshot_unknown */
  deleteSnapshot(vmid: number, snapshot: string, signal?: AbortSignal): Promise<string>;
  start(vmid: number, signal?: AbortSignal): Promise<string>;
  /** Asks the guest to shut down; the task fails when it hasn't after `timeoutMs`. */
  shutdown(vmid: number, timeoutMs: number, signal?: AbortSignal): Promise<string>;
  /** Shuts down and starts again, by Proxmox itself; the task fails when the guest hasn't shut down after `timeoutMs`: it runs on then. Off stays off: the task fails. */
  reboot(vmid: number, timeoutMs: number, signal?: AbortSignal): Promise<string>;
  /** Power off. */
  stop(vmid: number, signal?: AbortSignal): Promise<string>;
  /** Live if it runs. @throws node_unknown, node_offline */
  migrate(vmid: number, node: string, signal?: AbortSignal): Promise<string>;
  /** Has a replication run now, beside its times. What becomes of it `replications` tells. @param id of its job */
  replicate(vmid: number, id: string, signal?: AbortSignal): Promise<void>;
  /** vzdump in snapshot mode, compressed. @param notes kept beside the file, so that vigie knows its own again */
  backup(vmid: number, storage: string, notes: string, signal?: AbortSignal): Promise<string>;
  /**
   * Makes a new VM of a backup: off, with no cable in any of its cards, not started with its machine, its disks on the storages that the backup names. The guest that was backed up isn't
   * touched. One that fails leaves what there is of it under its number, without a name.
   * @throws guest_backup_gone, guest_number_taken
   */
  restore(order: RestoreOrder, signal?: AbortSignal): Promise<string>;
  reconfigure(vmid: number, change: SetupChange, signal?: AbortSignal): Promise<string>;
  /** Removes a VM that is off, with its disks. There is no way back. @throws guest_runs */
  destroy(vmid: number, signal?: AbortSignal): Promise<string>;
  /** @returns null when it is gone already */
  deleteBackup(id: string, signal?: AbortSignal): Promise<string | null>;
  /** Asks a running task to end; it may take a while, and it may end well all the same. */
  stopTask(id: string, signal?: AbortSignal): Promise<void>;
}
