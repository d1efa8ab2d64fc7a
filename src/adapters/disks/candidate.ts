import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { inEnglish } from '#ports/commands.ts';
import type { CommandResult } from '#ports/remote.ts';
import { partitionOf, type Candidate, type DiskUse, type MemberState } from '#ports/disks.ts';
import { CANDIDATE_SCRIPT } from './candidate-script.ts';
import { isForbidden, refused, type DiskMachine } from './machine.ts';
import { kernelView, type KernelDisk } from './sysfs.ts';

const A_SECTOR = 512;
const USES: readonly DiskUse['kind'][] = ['mounted', 'swap', 'array', 'held', 'partitions', 'table', 'content', 'unread'];

interface Asked {
  readonly array: string;
  readonly serial: string;
}

/** @throws array_unknown, disk_unknown, disk_twice; disks_forbidden, disks_refused */
export async function lookAtCandidate(machine: DiskMachine, asked: Asked, signal?: AbortSignal): Promise<Candidate> {
  return (await told(machine, 'look', asked, signal)).candidate;
}

/** @throws as `lookAtCandidate`; array_of_partitions, disk_in_use, disk_too_small, array_takes_none */
export async function addCandidate(machine: DiskMachine, asked: Asked, signal?: AbortSignal): Promise<void> {
  const { candidate, lines, result } = await told(machine, 'add', asked, signal);
  const known = { host: machine.name, array: asked.array, serial: candidate.serial };
  const no = lines.find(([kind]) => kind === 'refuse');
  if (no === undefined) return;
  const [, what = '', why = ''] = no;
  const [use] = candidate.uses;
  if (use !== undefined) throw new VigieError('disk_in_use', { ...known, use: use.kind, name: use.name, number: partitionOf(candidate) });
  if (what === 'partition') throw new VigieError('array_of_partitions', { ...known, other: candidate.partition?.other ?? '?' });
  if (what === 'small') throw new VigieError('disk_too_small', { ...known, bytes: candidate.sizeBytes, needed: candidate.neededBytes });
  if (what === 'state') throw new VigieError('array_takes_none', { host: machine.name, array: asked.array, state: why });
  throw refused(machine, ['mdadm'], result);
}

interface Told {
  readonly candidate: Candidate;
  readonly lines: readonly (readonly string[])[];
  readonly result: CommandResult;
}

async function told(machine: DiskMachine, mode: 'look' | 'add', { array, serial: word }: Asked, signal?: AbortSignal): Promise<Told> {
  const { disks, arrays } = await kernelView(machine, signal);
  const disk = diskCalled(machine, disks, word);
  const names = arrays.map(({ name }) => name);
  if (!names.includes(array)) throw arrayUnknown(machine, array, names);
  const command = ['sh', '-c', CANDIDATE_SCRIPT, 'vigie', mode, array, disk.serial, machine.sudo ? 'sudo' : ''];
  const result = await machine.remote.exec(inEnglish(command), { keepBytes: BOUNDS.hostAnswer.most }, signal);
  const lines = result.stdout.split('\n').map((line) => line.split('\t'));
  const no = lines.find(([kind]) => kind === 'refuse')?.[1];
  if (no === 'disk') throw diskUnknown(machine, disks, word);
  if (no === 'array') throw arrayUnknown(machine, array, names);
  if (no === 'twice') throw new VigieError('disk_twice', { host: machine.name, serial: disk.serial });
  const candidate = candidateIn(lines, disk);
  // What sudo refuses is said once, with the line that allows it, in the place of all that follows from it.
  if (result.code !== 0 || candidate === null || isForbidden(result)) throw refused(machine, ['mdadm'], result);
  return { candidate, lines, result };
}

function diskCalled(machine: DiskMachine, disks: readonly KernelDisk[], word: string): KernelDisk & { readonly serial: string } {
  const found = byName(disks, word, ({ serial }) => (serial === null ? [] : [serial]));
  if (found?.serial == null) throw diskUnknown(machine, disks, word);
  return { ...found, serial: found.serial };
}

function diskUnknown({ name }: DiskMachine, disks: readonly KernelDisk[], serial: string): VigieError {
  const known = [...new Set(disks.flatMap((disk) => disk.serial ?? []))];
  return new VigieError('disk_unknown', { host: name, serial, nearest: nearest(serial, known), known });
}

function arrayUnknown({ name }: DiskMachine, array: string, known: readonly string[]): VigieError {
  return new VigieError('array_unknown', { host: name, array, nearest: nearest(array, known), known: [...known] });
}

/** @returns null where mdadm didn't say how the array is */
export function candidateIn(lines: readonly (readonly string[])[], disk: KernelDisk & { readonly serial: string }): Candidate | null {
  const [, sectors, needed] = lines.find(([kind]) => kind === 'size') ?? [];
  if (sectors === undefined || lines.some(([kind, what]) => kind === 'refuse' && what === 'detail')) return null;
  const [, mine] = lines.find(([kind]) => kind === 'mine') ?? [];
  const [, number, there] = lines.find(([kind]) => kind === 'partition') ?? [];
  const [, other] = lines.find(([kind]) => kind === 'other') ?? [];
  return {
    serial: disk.serial,
    port: disk.port,
    model: disk.model,
    sizeBytes: Number(sectors) * A_SECTOR,
    neededBytes: Number(needed ?? 0) * A_SECTOR,
    member: mine === undefined ? null : stateOf(mine),
    returns: lines.some(([kind]) => kind === 'returns'),
    uses: lines.flatMap(([kind, what, name = '']): readonly DiskUse[] => {
      const use = kind === 'use' ? USES.find((each) => each === what) : undefined;
      return use === undefined ? [] : [{ kind: use, name: name.slice(0, 200) }];
    }),
    partition: number === undefined ? null : { number: Number(number), there: there === 'there', other: other || null },
  };
}

/** The kernel's words, with commas between. */
function stateOf(words: string): MemberState {
  if (words.includes('faulty')) return 'faulty';
  if (words.includes('in_sync')) return 'active';
  return 'spare';
}
