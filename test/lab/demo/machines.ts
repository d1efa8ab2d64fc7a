import type { Clock } from '#kernel/clock.ts';
import { momentOf, wallTime } from '#kernel/zoned-time.ts';
import { snapshotName } from '#domain/hypervisor/snapshot-name.ts';
import type { GuestFacts } from '#ports/inventory.ts';
import { GB } from '#test/lab/hypervisor/guest.ts';
import type { MemoryHypervisor } from '#test/lab/hypervisor/memory-hypervisor.ts';
import { picasoftHypervisor } from '#test/lab/hypervisor/picasoft.ts';
import { backupName } from '#test/lab/hypervisor/storage.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What the demo's configuration would say of its guests: pica02 shows what stands in the way of a revert. */
export const DEMO_GUESTS: Readonly<Record<string, Partial<GuestFacts>>> = {
  pica02: { swarmNode: 'pica02', databases: true },
};

/** Alice and Bob with four guests, a week of nightly backups, and snapshots to go back to. */
export function demoHypervisor(clock: Clock, timezone: string): MemoryHypervisor {
  const hypervisor = picasoftHypervisor(clock);
  const now = clock.now();
  const night = lastNight(now, timezone);
  for (const [name, vmid, node, bytes] of [
    ['pica01', 101, 'alice', 6.9 * GB],
    ['pica02', 102, 'bob', 7.4 * GB],
    ['monitoring', 103, 'bob', 4.1 * GB],
    ['admin', 104, 'alice', 1.6 * GB],
  ] as const) {
    const storage = hypervisor.storageOf(node, 'local');
    for (let day = 6; day >= 0; day -= 1) {
      const takenAt = night - day * DAY_MS;
      storage.files.push({
        id: `local:backup/${backupName('qemu', vmid, takenAt)}`,
        storage: 'local',
        node,
        vmid,
        takenAt,
        bytes: Math.round(bytes * (1 - day * 0.004)),
        notes: name,
        protected: false,
        seed: `${name} ${day}`,
      });
    }
  }
  const old = now - 16 * DAY_MS;
  const first = snapshotName(old, timezone, 'docker') ?? '';
  remember(hypervisor, 'pica01', { name: first, description: 'vigie k3f, bob', takenAt: old });
  const upgrade = { name: 'before-upgrade', description: 'Debian 13' };
  remember(hypervisor, 'pica01', { ...upgrade, takenAt: now - 3 * HOUR_MS - 12 * 60_000 });
  remember(hypervisor, 'pica02', { ...upgrade, takenAt: now - 3 * HOUR_MS });
  return hypervisor;
}

/** 03:00 of last night, on the clock on the wall. */
function lastNight(now: number, timezone: string): number {
  const wall = wallTime(now, timezone);
  const three = momentOf(wall - (wall % DAY_MS) + 3 * HOUR_MS, timezone);
  return three <= now ? three : three - DAY_MS;
}

interface Remembered {
  readonly name: string;
  readonly description: string;
  readonly takenAt: number;
}

function remember(hypervisor: MemoryHypervisor, guest: string, snapshot: Remembered): void {
  const kept = hypervisor.known(guest);
  kept.snapshots.push({ ...snapshot, parent: kept.parent, withMemory: false, content: kept.content });
  kept.parent = snapshot.name;
}
