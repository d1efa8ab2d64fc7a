import type { GuestDisk } from '#ports/hypervisor.ts';

/** A guest's configuration, by its keys. */
export type GuestConfig = Readonly<Record<string, unknown>>;

/** `1`, `enabled=1,fstrim_cloned_disks=1`, `type=virtio,enabled=1` */
export function agentConfigured(agent: unknown): boolean {
  if (typeof agent !== 'string' && typeof agent !== 'number') return false;
  const parts = String(agent).split(',');
  return parts.some((part) => part === '1' || part === 'enabled=1');
}

/** Disks of a VM, volumes of a container. `unused0` isn't in use, `ide2` may be a CD. */
const DISK_KEYS = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|mp)\d+|rootfs)$/u;

/** What of a guest's configuration lies on a storage, by its keys. Devices and folders of the host itself are none of it. */
export function disksOf(config: GuestConfig): readonly GuestDisk[] {
  return Object.entries(config)
    .flatMap(([key, value]) => (DISK_KEYS.test(key) && typeof value === 'string' ? diskOf(key, value) : []))
    .toSorted((one, other) => one.key.localeCompare(other.key, 'en', { numeric: true }));
}

/** `local-lvm:vm-101-disk-0,discard=on,size=32G` */
function diskOf(key: string, value: string): readonly GuestDisk[] {
  const parts = value.split(',');
  const storage = storageOf(volumeOf(value));
  if (storage === undefined || parts.includes('media=cdrom')) return [];
  return [{ key, storage, bytes: bytesOf(parts.find((part) => part.startsWith('size='))?.slice('size='.length) ?? '0') }];
}

/** `local-lvm:vm-101-disk-0`, `/dev/sdb`, `none`: what a drive holds. */
export function volumeOf(value: string): string {
  const volume = value.split(',').find((part) => !part.includes('=') || /^(?:file|volume)=/u.test(part));
  return (volume ?? '').replace(/^(?:file|volume)=/u, '');
}

export function storageOf(volume: string): string | undefined {
  return /^([A-Za-z][\w.-]*):/u.exec(volume)?.[1];
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `32G`, `528K`, `4M`; plain bytes without a letter. */
function bytesOf(size: string): number {
  const [, digits = '0', unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)$/u.exec(size) ?? [];
  return Math.round(Number(digits) * (UNITS[unit] ?? 1));
}
