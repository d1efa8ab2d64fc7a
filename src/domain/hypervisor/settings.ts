/** What of a guest's settings decides whether another machine can take it. */
export interface GuestNeeds {
  /** Whether it starts with its machine: somebody wants it to run. */
  readonly onBoot: boolean;
  readonly disks: readonly { readonly storage: string; readonly volume: string }[];
  /** What it has of its own machine, and no other one has: devices, disks that are none of a storage, files of a CD. */
  readonly bound: readonly string[];
}

const DISK = /^(?:(?:ide|sata|scsi|virtio|efidisk|tpmstate|mp)\d+|rootfs)$/u;
const DEVICE = /^(?:hostpci|usb|parallel|serial)\d+$/u;
const VOLUME = /^(?:(?:file|volume)=)?(?<storage>[A-Za-z][\w.-]*):(?<volume>[^,]*)/u;

/** Reads `/etc/pve/nodes/NODE/qemu-server/VMID.conf`, or a container's: `key: value` a line, snapshots behind it. Source: qm.conf(5), pct.conf(5). */
export function needsOf(settings: string): GuestNeeds {
  const [now = ''] = settings.split(/^\[/mu);
  const pairs = [...now.matchAll(/^(?<key>[a-z]+\d*): ?(?<value>.*)$/gmu)].map(({ groups }) => ({
    key: groups?.['key'] ?? '',
    value: groups?.['value'] ?? '',
  }));
  const disks = pairs.filter(({ key, value }) => DISK.test(key) && !/^none(?:,|$)/u.test(value));
  const found = disks.map(({ key, value }) => ({ key, groups: VOLUME.exec(value)?.groups }));
  return {
    onBoot: pairs.some(({ key, value }) => key === 'onboot' && value.trim() === '1'),
    disks: found.flatMap(({ groups: { storage, volume } = {} }) =>
      storage === undefined || volume === undefined ? [] : [{ storage, volume }],
    ),
    bound: [
      ...found.flatMap(({ key, groups }) => (groups === undefined ? [key] : [])),
      // `serial0: socket` is the hypervisor's own.
      ...pairs.flatMap(({ key, value }) => (DEVICE.test(key) && !/^(?:socket|spice)/u.test(value) ? [key] : [])),
    ],
  };
}
