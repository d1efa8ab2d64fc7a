import type { Split } from './metric.ts';

/** Of the machine itself, and of its containers: what passes there passes an outer interface too. */
const INNER = /^(?:lo\d*|veth|docker|br-|cali|flannel|vxlan|virbr|tap|tun|fwbr|fwpr|fwln|ifb|dummy)/u;
/** Arrays, volumes and images lie on disks that are counted by themselves. */
const LAYERED = /^(?:md|dm-|loop|zram|ram|sr|fd|drbd)\d*/u;

/** The names whose values may be added up without counting anything twice. */
export function partsThatCount(which: Split['which'], names: readonly string[]): ReadonlySet<string> {
  switch (which) {
    case 'all':
      return new Set(names);
    case 'interfaces':
      return orAll(names, (name) => !INNER.test(name));
    case 'disks':
      return orAll(names, (name) => !LAYERED.test(name) && !names.some((other) => isPartition(name, other)));
    default:
      return which satisfies never;
  }
}

/** A machine that has nothing else (a container host without a disk of its own) is seen by what it has. */
function orAll(names: readonly string[], counts: (name: string) => boolean): ReadonlySet<string> {
  const found = names.filter(counts);
  return new Set(found.length > 0 ? found : names);
}

/** `sda1` of `sda`, `nvme0n1p2` of `nvme0n1`. */
function isPartition(name: string, disk: string): boolean {
  return name !== disk && name.startsWith(disk) && /^p?\d+$/u.test(name.slice(disk.length));
}
