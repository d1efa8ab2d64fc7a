import { run, refused, type DiskMachine } from './machine.ts';

/**
 * What every account may read of a machine: which programs are there, the kernel's own numbers of arrays, and its disks with their serial numbers.
 * A partition is followed to its disk. Lines of four words, parted by tabs.
 */
const SCRIPT = String.raw`
PATH=$PATH:/usr/sbin:/sbin
say() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$(printf %s "$4" | tr '\t\n' '  ')"; }
for tool in mdadm smartctl; do command -v $tool >/dev/null 2>&1 && say tool $tool - -; done
cd /sys/block 2>/dev/null || exit 0
for one in *; do
  if [ -d "$one/md" ]; then
    for key in level array_state sync_action sync_completed sync_speed mismatch_cnt; do
      say array "$one" $key "$(cat "$one/md/$key" 2>/dev/null)"
    done
    for member in "$one"/md/dev-*; do
      [ -e "$member" ] || continue
      at=$(readlink -f "$member/block"); disk=$at
      [ -e "$at/partition" ] && disk=$(dirname "$at")
      say member "$one" "$(basename "$member" | cut -c5-)" "$(basename "$disk")"
    done
  elif [ -e "$one/device" ]; then
    say disk "$one" path "$(readlink -f "$one")"
    say disk "$one" size "$(cat "$one/size" 2>/dev/null)"
    say disk "$one" rotational "$(cat "$one/queue/rotational" 2>/dev/null)"
    say disk "$one" model "$(cat "$one/device/model" 2>/dev/null)"
    say disk "$one" serial "$(cat "$one/device/serial" 2>/dev/null || tail -c +5 "$one/device/vpd_pg80" 2>/dev/null | tr -d '\000')"
  fi
done
exit 0
`;

const A_SECTOR = 512;
/** What is read and not a disk, and the paths of one NVMe disk that its own name stands for. */
const NO_DISK = /^(?:sr|fd)\d|^nvme\d+c\d+n\d/u;

/** A disk as the kernel has it. */
export interface KernelDisk {
  /** Until the next boot: `sda`. */
  readonly device: string;
  readonly serial: string | null;
  readonly port: string | null;
  readonly model: string | null;
  readonly sizeBytes: number;
  readonly spins: boolean;
}

export interface KernelArray {
  readonly name: string;
  /** By the name of the file: `sync_action`. */
  readonly values: ReadonlyMap<string, string>;
  /** By the device of a member, which may be a partition: the disk that it is on. */
  readonly disks: ReadonlyMap<string, string>;
}

export interface KernelView {
  readonly tools: ReadonlySet<string>;
  readonly arrays: readonly KernelArray[];
  readonly disks: readonly KernelDisk[];
}

/** @throws disks_refused */
export async function kernelView(machine: DiskMachine, signal?: AbortSignal): Promise<KernelView> {
  const result = await run(machine, ['sh', '-c', SCRIPT], false, signal);
  if (result.code !== 0) throw refused(machine, ['sh'], result);
  return parseKernelView(result.stdout);
}

/** @param text lines of four words, parted by tabs */
export function parseKernelView(text: string): KernelView {
  const found = { array: new Map<string, Map<string, string>>(), member: new Map<string, Map<string, string>>() };
  const disks = new Map<string, Map<string, string>>();
  const tools = new Set<string>();
  for (const line of text.split('\n')) {
    const [kind, name = '', key = '', value = ''] = line.split('\t');
    if (kind === 'tool') tools.add(name);
    if (kind === 'array' || kind === 'member') entryOf(found[kind], name).set(key, value.trim());
    if (kind === 'disk' && !NO_DISK.test(name)) entryOf(disks, name).set(key, value.trim());
  }
  return {
    tools,
    arrays: [...found.array].map(([name, values]) => ({ name, values, disks: found.member.get(name) ?? new Map<string, string>() })),
    disks: [...disks].map(([device, values]) => diskOf(device, values)).filter(({ sizeBytes }) => sizeBytes > 0),
  };
}

function entryOf(all: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const found = all.get(name) ?? new Map<string, string>();
  all.set(name, found);
  return found;
}

function diskOf(device: string, values: ReadonlyMap<string, string>): KernelDisk {
  return {
    device,
    serial: values.get('serial') || null,
    port: portOf(values.get('path') ?? ''),
    model: values.get('model') || null,
    sizeBytes: Number(values.get('size') ?? 0) * A_SECTOR,
    spins: values.get('rotational') === '1',
  };
}

/** The last of the path that names a plug: `ata2`, else a PCI address. */
function portOf(path: string): string | null {
  const ata = /\/(ata\d+)\//u.exec(path)?.[1];
  return ata ?? [...path.matchAll(/\/([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.\d)(?=\/)/gu)].at(-1)?.[1] ?? null;
}
