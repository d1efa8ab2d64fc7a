import { createHash } from 'node:crypto';
import type { GuestCard, GuestDetail, GuestDisk, GuestSetup, GuestView, SnapshotView } from '#ports/hypervisor.ts';

export const GB = 1_000_000_000;

export interface GuestOptions {
  readonly vmid: number;
  readonly name: string;
  readonly node: string;
  readonly kind?: GuestView['kind'];
  readonly running?: boolean;
  readonly memoryBytes?: number;
  readonly template?: boolean;
  readonly agent?: GuestDetail['agent'];
  readonly disks?: readonly GuestDisk[];
  /** Whether the cable of its card is in. */
  readonly linked?: boolean;
  readonly onBoot?: boolean;
  /** How long it has been running. */
  readonly uptimeMs?: number;
}

/** A snapshot, with what stood on the disks then. */
export interface KeptSnapshot extends SnapshotView {
  readonly content: string;
}

/** A guest of the lab: what Proxmox keeps of it, and what stands on its disks. */
export class LabGuest {
  readonly vmid: number;
  name: string;
  readonly kind: GuestView['kind'];
  readonly template: boolean;
  readonly memoryBytes: number;
  disks: readonly GuestDisk[];
  node: string;
  /** When it was started; null: it is off. */
  startedAt: number | null;
  agent: GuestDetail['agent'];
  lock: string | null = null;
  snapshots: KeptSnapshot[] = [];
  /** The snapshot that what is on the disks descends from. */
  parent: string | null = null;
  /** What is on its disks: whatever a test writes there. */
  content = 'fresh';
  /** Doesn't shut down when it is asked to. */
  hangs = false;
  /** Proxmox HA manages it: what starts, stops or moves it is an order, which it follows later; `stuck`: never. */
  ha: 'follows' | 'stuck' | null = null;
  cards: readonly GuestCard[];
  notes = '';
  onBoot: boolean;
  /** What ties it to its machine. */
  devices: readonly string[] = [];
  cds: GuestSetup['cds'] = [];
  /** Disks that backups leave out, by key. */
  omitted: readonly string[] = [];
  /** Freezing its file systems fails: a warning. */
  freezeFails = false;

  constructor(options: GuestOptions, now: number) {
    this.vmid = options.vmid;
    this.name = options.name;
    this.node = options.node;
    this.kind = options.kind ?? 'qemu';
    this.template = options.template ?? false;
    this.memoryBytes = options.memoryBytes ?? 4 * GB;
    this.agent = options.agent ?? 'answers';
    this.disks = options.disks ?? [{ key: 'scsi0', storage: 'local-lvm', bytes: 40 * GB }];
    this.cards = [{ key: 'net0', linked: options.linked ?? true }];
    this.onBoot = options.onBoot ?? true;
    this.startedAt = (options.running ?? !this.template) ? now - (options.uptimeMs ?? 86_400_000) : null;
  }

  get running(): boolean {
    return this.startedAt !== null;
  }

  get bytes(): number {
    return this.disks.reduce((total, disk) => total + disk.bytes, 0);
  }

  view(now: number, online: boolean): GuestView {
    return {
      vmid: this.vmid,
      name: this.name,
      node: this.node,
      kind: this.kind,
      state: online ? (this.running ? 'running' : 'stopped') : 'unknown',
      uptimeMs: online && this.startedAt !== null ? now - this.startedAt : null,
      memoryBytes: this.memoryBytes,
      template: this.template,
      lock: this.lock,
    };
  }

  detail(now: number): GuestDetail {
    const agent = this.agent === 'answers' && !this.running ? 'silent' : this.agent;
    return { ...this.view(now, true), agent, digest: this.#digest(), disks: this.disks };
  }

  setup(): GuestSetup {
    const { name, notes, memoryBytes, disks, omitted, cards, onBoot, devices, cds } = this;
    return { name: name === `VM ${this.vmid}` ? '' : name, notes, memoryBytes, disks, omitted, cards, onBoot, devices, cds };
  }

  /** What a backup keeps of it. */
  setupSaved(): GuestSetup {
    const setup = this.setup();
    return { ...setup, disks: setup.disks.filter(({ key }) => !setup.omitted.includes(key)) };
  }

  /** Of the configuration file, in which snapshots and locks stand as well. */
  #digest(): string {
    const names = this.snapshots.map(({ name }) => name);
    const setup = this.setup();
    const written = JSON.stringify([setup, this.agent, this.lock, names, this.parent]);
    return createHash('sha1').update(written).digest('hex');
  }
}
