import type { Clock } from '#kernel/clock.ts';
import { GB } from './guest.ts';
import { MemoryHypervisor } from './memory-hypervisor.ts';

const DAY_MS = 86_400_000;

/** Two machines and four guests, as at Picasoft: two run the services, two are for those who keep them running. */
export function picasoftHypervisor(clock: Clock): MemoryHypervisor {
  const hypervisor = new MemoryHypervisor(clock);
  const disks = (data: number) => [
    { key: 'scsi0', storage: 'local-lvm', bytes: 32 * GB },
    { key: 'scsi1', storage: 'local-lvm', bytes: data * GB },
  ];
  hypervisor.createGuest({ vmid: 101, name: 'pica01', node: 'alice', memoryBytes: 12 * GB, disks: disks(60), uptimeMs: 23 * DAY_MS });
  hypervisor.createGuest({ vmid: 102, name: 'pica02', node: 'bob', memoryBytes: 12 * GB, disks: disks(60), uptimeMs: 23 * DAY_MS });
  hypervisor.createGuest({ vmid: 103, name: 'monitoring', node: 'bob', memoryBytes: 8 * GB, disks: disks(20), uptimeMs: 9 * DAY_MS });
  hypervisor.createGuest({ vmid: 104, name: 'admin', node: 'alice', memoryBytes: 2 * GB, agent: 'absent', uptimeMs: 9 * DAY_MS });
  return hypervisor;
}
