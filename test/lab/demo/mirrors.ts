import { MemoryDisks } from '#test/lab/disks/memory-disks.ts';

/** The hypervisors' mirrors: alice takes back a disk that was replaced, and one of bob's has begun to replace sectors. */
export function demoMirrors(): MemoryDisks {
  const disks = new MemoryDisks(['alice', 'bob']);
  disks.fail('alice', 'md0', 'WD-LAB0001');
  disks.rebuild('alice', 'md0', 'WD-LAB0001');
  Object.assign(disks.array('alice', 'md0'), { done: 0.41, leftMs: 5_400_000 });
  disks.disk('alice', 'WD-LAB0001').hours = 3;
  disks.disk('bob', 'WD-LAB0002').signs = [{ kind: 'replaced', count: 8 }];
  return disks;
}
