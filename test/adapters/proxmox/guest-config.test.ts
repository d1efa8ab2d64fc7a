import { describe, expect, it } from 'vitest';
import { disksOf } from '#adapters/proxmox/guest-config.ts';
import { parseUpid } from '#adapters/proxmox/upid.ts';

describe('disks in the configuration of a guest', () => {
  it('are those of a VM that lie on a storage, in their order', () => {
    expect(
      disksOf({
        scsi10: 'nfs:101/vm-101-disk-3.qcow2,size=1T',
        scsi2: 'file=local-lvm:vm-101-disk-2,size=512M',
        virtio0: 'local-lvm:vm-101-disk-0,iothread=1,size=1.5G',
        efidisk0: 'local-lvm:vm-101-disk-4,efitype=4m,size=528K',
        tpmstate0: 'local-lvm:vm-101-disk-5,size=4M,version=v2.0',
        sata0: '/dev/disk/by-id/ata-X,size=2T',
        ide0: 'local-lvm:vm-101-cloudinit,media=cdrom,size=4M',
        ide2: 'none,media=cdrom',
        unused0: 'local-lvm:vm-101-disk-9',
        scsihw: 'virtio-scsi-single',
        net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0',
      }),
    ).toEqual([
      { key: 'efidisk0', storage: 'local-lvm', bytes: 540_672 },
      { key: 'scsi2', storage: 'local-lvm', bytes: 536_870_912 },
      { key: 'scsi10', storage: 'nfs', bytes: 1_099_511_627_776 },
      { key: 'tpmstate0', storage: 'local-lvm', bytes: 4_194_304 },
      { key: 'virtio0', storage: 'local-lvm', bytes: 1_610_612_736 },
    ]);
  });

  it('are the volumes of a container, not folders of its host', () => {
    expect(
      disksOf({ rootfs: 'local-lvm:vm-200-disk-0,size=8G', mp0: 'local-lvm:vm-200-disk-1,mp=/data,size=1024', mp1: '/srv/data,mp=/srv' }),
    ).toEqual([
      { key: 'mp0', storage: 'local-lvm', bytes: 1_024 },
      { key: 'rootfs', storage: 'local-lvm', bytes: 8_589_934_592 },
    ]);
  });
});

describe('a UPID', () => {
  it('tells node, kind, guest and time', () => {
    expect(parseUpid('UPID:alice:000C2F1B:0A1B2C3D:6A0F1E2D:vzdump:101:vigie@pve!ops:')).toEqual({
      node: 'alice',
      kind: 'vzdump',
      vmid: 101,
      startedAt: 0x6a0f1e2d * 1000,
      tick: 0x0a1b2c3d,
    });
  });

  it('has the guest of a file before its storage, and none where there is none', () => {
    expect(parseUpid('UPID:bob:00000001:00000001:6A0F1E2D:imgdel:102@local:root@pam:')?.vmid).toBe(102);
    expect(parseUpid('UPID:bob:00000001:00000001:6A0F1E2D:aptupdate::root@pam:')?.vmid).toBeNull();
  });

  it.each(['', 'UPID:', 'UPID:alice:1:1:1:vzdump:101:root@pam:', 'UPID:alice/../bob:00000001:00000001:6A0F1E2D:vzdump:101:root@pam:'])(
    'is not %j',
    (text) => {
      expect(parseUpid(text)).toBeNull();
    },
  );
});
