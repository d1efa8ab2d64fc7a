import type { GuestSetup, RestoreOrder } from '#ports/hypervisor.ts';
import { LabGuest } from './guest.ts';

/** What Proxmox makes first, and what becomes of it when the backup was read whole. One that fails leaves the stub. */
export interface Restored {
  readonly stub: LabGuest;
  readonly bytes: number;
  readonly finish: () => void;
}

/** A guest of a backup: off, with no cable in, and the disks that the backup holds. */
export function restoredGuest(order: RestoreOrder, setup: GuestSetup, content: string, now: number): Restored {
  const { vmid, node, name, notes } = order;
  const { memoryBytes, disks, cards, devices, cds } = setup;
  const stub = new LabGuest({ vmid, name: `VM ${vmid}`, node, running: false, memoryBytes, disks: [], agent: 'absent' }, now);
  Object.assign(stub, { cards: [], onBoot: false });
  return {
    stub,
    bytes: disks.reduce((total, { bytes }) => total + bytes, 0),
    finish: () =>
      void Object.assign(stub, {
        name,
        notes,
        content,
        disks,
        devices,
        cds,
        agent: 'answers',
        cards: cards.map(({ key }) => ({ key, linked: false })),
      }),
  };
}
