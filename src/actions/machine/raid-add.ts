import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { diskName, graveSigns } from '#domain/disk/judge.ts';
import { partitionOf, type ArrayView, type Candidate, type Disks, type DisksReader, type DiskView } from '#ports/disks.ts';
import type { StepFinding } from '../definition.ts';
import { arrayCalled, lookAtArray, LOOK_EVERY_MS, type Watching } from './array.ts';

export type AddBasis = {
  readonly machine: string;
  readonly array: string;
  readonly level: string;
  readonly bytes: number;
  /** Places in the array that nobody has. */
  readonly empty: readonly number[];
  /** Disks of it that are well. */
  readonly disks: readonly string[];
  readonly disk: {
    readonly serial: string;
    readonly port: string | null;
    readonly model: string | null;
    /** Which of its partitions is added; null: all of it. */
    readonly partition: number | null;
    readonly bytes: number;
    /** The array put it out before, and still has it. */
    readonly faulty: boolean;
    /** It says itself that it was in this array. */
    readonly returns: boolean;
    /** Null: nobody can ask it how it is. */
    readonly smart: { readonly signs: readonly JsonObject[]; readonly grave: boolean; readonly worn: number | null } | null;
  };
  /** The array has it already, and it isn't out of it. */
  readonly joined: boolean;
};

interface Wish {
  readonly machine: string;
  readonly array: string;
  readonly serial: string;
}

/** @throws array_unknown, array_takes_none, array_busy, array_of_partitions; disk_unknown, disk_twice, disk_in_use, disk_too_small; host_unknown */
export async function diskToAdd(disks: DisksReader, wish: Wish, signal: AbortSignal): Promise<AddBasis> {
  const { machine, array } = await arrayCalled(disks, wish, signal);
  const candidate = await disks.candidate(machine, array.name, wish.serial, signal);
  const joined = candidate.member !== null && candidate.member !== 'faulty';
  if (!joined) refuseToAdd(machine, array, candidate);
  const known = (await disks.disks(machine, signal))?.find(({ serial, port }) => serial === candidate.serial || port === candidate.port);
  return {
    machine,
    array: array.name,
    level: array.level,
    bytes: array.sizeBytes,
    empty: array.members.flatMap(({ slot, state }) => (slot !== null && state !== 'active' && state !== 'rebuilding' ? [slot] : [])),
    disks: array.members.filter(({ state }) => state === 'active').map(diskName),
    disk: {
      serial: candidate.serial,
      port: candidate.port,
      model: candidate.model,
      partition: partitionOf(candidate),
      bytes: candidate.sizeBytes,
      faulty: candidate.member === 'faulty',
      returns: candidate.returns,
      smart: smartOf(known),
    },
    joined,
  };
}

function smartOf(disk: DiskView | undefined): AddBasis['disk']['smart'] {
  if (disk?.smart !== true) return null;
  return { signs: disk.signs.map((sign) => ({ ...sign })), grave: graveSigns(disk).length > 0, worn: disk.worn };
}

function refuseToAdd(machine: string, array: ArrayView, candidate: Candidate): void {
  const { serial, uses, partition, sizeBytes, neededBytes } = candidate;
  const known = { host: machine, array: array.name, serial };
  if (array.state !== 'degraded') throw new VigieError('array_takes_none', { host: machine, array: array.name, state: array.state });
  if (array.action !== 'idle') throw new VigieError('array_busy', { host: machine, array: array.name, action: array.action });
  const [use] = uses;
  if (use !== undefined) throw new VigieError('disk_in_use', { ...known, use: use.kind, name: use.name, number: partitionOf(candidate) });
  // Its words tell how to write a table over it: said of nothing that is in use.
  if (partition?.there === false) throw new VigieError('array_of_partitions', { ...known, other: partition.other ?? '?' });
  if (sizeBytes < neededBytes) throw new VigieError('disk_too_small', { ...known, bytes: sizeBytes, needed: neededBytes });
}

export async function addDisk(disks: Disks, { machine, array, disk }: AddBasis, signal: AbortSignal): Promise<null> {
  await disks.add(machine, array, disk.serial, signal);
  return null;
}

/** Whether the array has it: what was asked for is seen there at once. */
export async function verifyAdd(
  { disks }: { readonly disks: DisksReader },
  { machine, array, disk }: AddBasis,
  signal: AbortSignal,
): Promise<StepFinding> {
  const { member } = await disks.candidate(machine, array, disk.serial, signal);
  return member === null || member === 'faulty' ? { state: 'not-done' } : { state: 'done', result: null };
}

/** A rebuild begins at once; where none is seen for so long none comes. */
const LOOKS_AT_REST = 12;

/**
 * Until the array is whole, by mdadm's word and the kernel's.
 * @throws array_add_ended where it puts the disk out or fails; array_add_stuck where it doesn't begin; array_still_lacks where the disk is in and another is missing
 */
export async function seeRebuilt(context: Watching, { machine, array: name, disk: { serial } }: AddBasis): Promise<JsonObject> {
  let shown = -1;
  for (let atRest = 0; atRest < LOOKS_AT_REST;) {
    const array = await lookAtArray(context, machine, name);
    if (array !== null) {
      if (isThere(array, { host: machine, array: name, serial })) return {};
      atRest = array.action === 'idle' ? atRest + 1 : 0;
      const percent = Math.floor((array.done ?? 0) * 100);
      if (percent !== shown) await context.progress({ doing: 'raid-add', percent, left_ms: array.leftMs });
      shown = percent;
    }
    await context.pause(LOOK_EVERY_MS);
  }
  throw new VigieError('array_add_stuck', { host: machine, array: name, serial });
}

function isThere({ state, action, members }: ArrayView, known: { host: string; array: string; serial: string }): boolean {
  const member = members.find(({ serial }) => serial === known.serial);
  if (member === undefined || member.state === 'faulty') throw new VigieError('array_add_ended', { ...known, state: 'faulty' });
  if (state === 'failed' || state === 'inactive') throw new VigieError('array_add_ended', { ...known, state });
  if (action !== 'idle' || member.state !== 'active') return false;
  if (state !== 'whole') throw new VigieError('array_still_lacks', known);
  return true;
}
