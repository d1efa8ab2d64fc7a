import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import { nearest } from '#kernel/nearest.ts';
import type { Disks, DiskView } from '#ports/disks.ts';
import { arraysOf, checkArray } from './arrays.ts';
import { addCandidate, lookAtCandidate } from './candidate.ts';
import { refused, run, type DiskMachine } from './machine.ts';
import { diskOf, unasked } from './smart.ts';
import { kernelView, type KernelDisk } from './sysfs.ts';

/** Those that may have SMART; virtual disks have none. */
const ASKED = /^(?:sd|hd|nvme)/u;

/** Disks of machines, asked with mdadm, smartctl and the kernel's own files. */
export function createDisks(machines: readonly DiskMachine[]): Disks {
  const called = (word: string): DiskMachine => {
    const found = byName(machines, word, ({ name, aliases }) => [name, ...aliases]);
    if (found !== undefined) return found;
    const names = machines.flatMap(({ name, aliases }) => [name, ...aliases]);
    throw new VigieError('host_unknown', { host: word, nearest: nearest(word, names), known: machines.map(({ name }) => name) });
  };
  return {
    machines: () => machines.map(({ name }) => name),
    arrays: async (machine, signal) => await arraysOf(called(machine), signal),
    disks: async (machine, signal) => await disksOf(called(machine), signal),
    candidate: async (machine, array, serial, signal) => await lookAtCandidate(called(machine), { array, serial }, signal),
    check: async (machine, array, signal) => await checkArray(called(machine), array, signal),
    add: async (machine, array, serial, signal) => await addCandidate(called(machine), { array, serial }, signal),
  };
}

/** @throws disks_forbidden, disks_refused */
async function disksOf(machine: DiskMachine, signal?: AbortSignal): Promise<readonly DiskView[] | null> {
  const { tools, disks } = await kernelView(machine, signal);
  if (!tools.has('smartctl')) return null;
  const sorted = disks.toSorted((one, other) => ((one.port ?? one.device) < (other.port ?? other.device) ? -1 : 1));
  return await Promise.all(sorted.map((disk) => askDisk(machine, disk, signal)));
}

/** A disk that sleeps is left asleep. */
async function askDisk(machine: DiskMachine, disk: KernelDisk, signal?: AbortSignal): Promise<DiskView> {
  if (!ASKED.test(disk.device)) return unasked(disk);
  const command = ['smartctl', '--json=c', '-n', 'standby', '-a', `/dev/${disk.device}`];
  const result = await run(machine, command, machine.sudo, signal);
  const read = diskOf(disk, jsonOf(result.stdout));
  if (read === null) throw refused(machine, command, result);
  return read;
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
