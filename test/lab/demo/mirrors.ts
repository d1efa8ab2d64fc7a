import { MemoryDisks } from '#test/lab/disks/memory-disks.ts';

/** The hypervisors' mirrors: alice has a new disk in the place of one that was replaced, and one of bob's has begun to replace sectors. */
export function demoMirrors(): MemoryDisks {
  const disks = new MemoryDisks(['alice', 'bob']);
  disks.pull('alice', 'md0', 'WD-LAB0001');
  disks.plug('alice', 'WD-LAB0000', { serial: 'WD-WCC4N0123456', port: 'ata2', hours: 3 });
  disks.rebuild('alice', 'md0', 'WD-WCC4N0123456');
  Object.assign(disks.array('alice', 'md0'), { done: 0.41, leftMs: 5_400_000 });
  disks.disk('bob', 'WD-LAB0002').signs = [{ kind: 'replaced', count: 8 }];
  return disks;
}
