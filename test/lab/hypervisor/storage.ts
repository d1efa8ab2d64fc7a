import type { GuestBackupView, GuestSetup, StorageView } from '#ports/hypervisor.ts';
import { GB } from './guest.ts';

/** A file of vzdump's; `seed` stands for its bytes. */
export interface KeptBackup extends GuestBackupView {
  readonly seed: string;
  /** How the guest was made up; left out: as it is now. */
  readonly setup?: GuestSetup;
  /** What stood on its disks. */
  readonly content?: string;
}

/** A storage of the lab: what others wrote there, and vzdump's files. */
export class LabStorage {
  readonly view: Omit<StorageView, 'usedBytes' | 'active' | 'unknown'>;
  active = true;
  /** Why its node doesn't answer for it. */
  unknown: string | null = null;
  /** Why what is on it can't be listed. */
  unreadable: string | null = null;
  /** Without vzdump's files. */
  otherBytes: number;
  files: KeptBackup[] = [];

  constructor(view: Omit<StorageView, 'usedBytes' | 'active' | 'unknown'>, otherBytes: number) {
    this.view = view;
    this.otherBytes = otherBytes;
  }

  get usedBytes(): number {
    return this.files.reduce((total, { bytes }) => total + bytes, this.otherBytes);
  }

  get freeBytes(): number {
    return Math.max(0, this.view.sizeBytes - this.usedBytes);
  }

  look(): StorageView {
    const { unknown } = this;
    if (unknown !== null) return { ...this.view, sizeBytes: 0, usedBytes: 0, active: false, unknown };
    return { ...this.view, usedBytes: this.usedBytes, active: this.active, unknown };
  }
}

/** What Proxmox's installer makes of a machine with a small fast disk and a big one for backups. */
export function ordinaryStorages(node: string): LabStorage[] {
  const common = { node, shared: false, pool: null };
  return [
    new LabStorage(
      { ...common, name: 'local', kind: 'dir', content: ['iso', 'vztmpl', 'backup'], sizeBytes: 200 * GB, path: '/var/lib/vz' },
      10 * GB,
    ),
    new LabStorage(
      { ...common, name: 'local-lvm', kind: 'lvmthin', content: ['images', 'rootdir'], sizeBytes: 450 * GB, path: null },
      150 * GB,
    ),
  ];
}

/** `vzdump-qemu-101-2026_11_28-03_00_00.vma.zst`. */
export function backupName(kind: 'qemu' | 'lxc', vmid: number, at: number): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const stamp = `${day.replaceAll('-', '_')}-${time.slice(0, 8).replaceAll(':', '_')}`;
  return `vzdump-${kind}-${vmid}-${stamp}.${kind === 'qemu' ? 'vma' : 'tar'}.zst`;
}
