import { expect, it } from 'vitest';
import { needsOf } from '#domain/hypervisor/settings.ts';

it.each([
  [
    'a VM on two storages, as it is now and not as its snapshots were',
    'agent: 1\nboot: order=scsi0\nonboot: 1\nscsi0: ceph:vm-101-disk-0,discard=on,size=32G\nscsi1: nfs:101/vm-101-disk-1.qcow2,size=60G\nide2: none,media=cdrom\nefidisk0: ceph:vm-101-disk-2,size=528K\n\n[before]\nscsi0: local-lvm:vm-101-state\nhostpci0: 01:00.0\n',
    {
      onBoot: true,
      disks: [
        { storage: 'ceph', volume: 'vm-101-disk-0' },
        { storage: 'nfs', volume: '101/vm-101-disk-1.qcow2' },
        { storage: 'ceph', volume: 'vm-101-disk-2' },
      ],
      bound: [],
    },
  ],
  [
    'a container',
    'arch: amd64\nonboot: 1\nrootfs: ceph:vm-104-disk-0,size=8G\nmp0: volume=ceph:vm-104-disk-1,mp=/data\n',
    {
      onBoot: true,
      disks: [
        { storage: 'ceph', volume: 'vm-104-disk-0' },
        { storage: 'ceph', volume: 'vm-104-disk-1' },
      ],
      bound: [],
    },
  ],
  [
    'a container with a folder of its machine',
    'rootfs: ceph:vm-104-disk-0\nmp0: /srv/data,mp=/data\n',
    { onBoot: false, disks: [{ storage: 'ceph', volume: 'vm-104-disk-0' }], bound: ['mp0'] },
  ],
  [
    'a VM with devices',
    'onboot: 0\nscsi0: ceph:vm-1-disk-0\nscsi1: /dev/disk/by-id/ata-WD\nhostpci0: 01:00.0\nusb0: host=046d:c52b\nserial0: socket\n',
    { onBoot: false, disks: [{ storage: 'ceph', volume: 'vm-1-disk-0' }], bound: ['scsi1', 'hostpci0', 'usb0'] },
  ],
  [
    'a VM with a CD of a storage',
    'ide2: local:iso/debian.iso,media=cdrom\n',
    { onBoot: false, disks: [{ storage: 'local', volume: 'iso/debian.iso' }], bound: [] },
  ],
  ['nothing at all', '', { onBoot: false, disks: [], bound: [] }],
])('reads %s', (_what, settings, needs) => {
  expect(needsOf(settings)).toEqual(needs);
});
