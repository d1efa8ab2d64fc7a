import { complaintOf } from '#ports/commands.ts';
import type { FileSystem } from '#ports/hosts.ts';
import { refused, run, type Machine } from './machine.ts';

/** What lives in memory or is another's view of the same disk fills nothing. */
const NOT_DISKS = ['tmpfs', 'devtmpfs', 'overlay', 'squashfs', 'efivarfs', 'ramfs'];
const DF = ['df', '--block-size=1', '--output=size,used,avail,target', ...NOT_DISKS.map((type) => `--exclude-type=${type}`)];

/** The file systems of a machine, the fullest first. @throws host_refused */
export async function fileSystemsOf(machine: Machine, signal?: AbortSignal): Promise<readonly FileSystem[]> {
  const result = await run(machine, DF, signal);
  const found = parseDf(result.stdout);
  // df fails for one mount that it may not look at, and still tells of the others.
  if (found === null || (result.code !== 0 && found.length === 0)) throw refused(machine, DF, complaintOf(result));
  return found;
}

const LINE = /^\s*(?<size>\d+|-)\s+(?<used>\d+|-)\s+(?<avail>\d+|-)\s+(?<mount>\/.*)$/u;

/** What `df` printed, the fullest first; null where it is something else. A file system without a size isn't one that fills. */
export function parseDf(text: string): readonly FileSystem[] | null {
  const [header = '', ...lines] = text.trimEnd().split('\n');
  if (!/Used\s+Avail\s+Mounted on$/u.test(header.trimEnd())) return null;
  const found: FileSystem[] = [];
  for (const line of lines) {
    const groups = LINE.exec(line)?.groups;
    if (groups === undefined) return null;
    const [sizeBytes, usedBytes, available] = [Number(groups['size']), Number(groups['used']), Number(groups['avail'])];
    if (!(usedBytes + available > 0)) continue;
    found.push({ mount: groups['mount'] ?? '', sizeBytes, usedBytes, usedShare: usedBytes / (usedBytes + available) });
  }
  return found.toSorted((one, other) => other.usedShare - one.usedShare || one.mount.localeCompare(other.mount));
}
