import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { diskName } from '#domain/disk/judge.ts';
import type { Disks, DisksReader } from '#ports/disks.ts';
import type { StepFinding } from '../definition.ts';
import { arrayCalled, lookAtArray, LOOK_EVERY_MS, type Watching } from './array.ts';

export type CheckBasis = {
  readonly machine: string;
  readonly array: string;
  readonly level: string;
  readonly bytes: number;
  readonly disks: readonly string[];
  /** Somebody began that already. */
  readonly checking: boolean;
};

/** @throws array_unknown, array_not_whole, array_busy; host_unknown */
export async function arrayToCheck(
  disks: DisksReader,
  words: { machine: string; array: string },
  signal: AbortSignal,
): Promise<CheckBasis> {
  const { machine, array } = await arrayCalled(disks, words, signal);
  const { name, level, sizeBytes, action, state, members } = array;
  if (state !== 'whole') throw new VigieError('array_not_whole', { host: machine, array: name });
  if (action !== 'idle' && action !== 'check') throw new VigieError('array_busy', { host: machine, array: name, action });
  return { machine, array: name, level, bytes: sizeBytes, disks: members.map(diskName), checking: action === 'check' };
}

/** A check that goes on already is left to go on. */
export async function beginCheck(disks: Disks, { machine, array }: CheckBasis, signal: AbortSignal): Promise<null> {
  await disks.check(machine, array, signal);
  return null;
}

/** Nothing is lost by asking twice: what goes on isn't begun anew. */
export function verifyCheck(): StepFinding {
  return { state: 'not-done' };
}

/** Until the array is at rest again. @throws array_check_ended where it isn't whole then */
export async function seeChecked(context: Watching, { machine, array: name }: CheckBasis): Promise<JsonObject> {
  let shown = -1;
  for (;;) {
    const array = await lookAtArray(context, machine, name);
    if (array !== null && array.state !== 'whole')
      throw new VigieError('array_check_ended', { host: machine, array: name, state: array.state });
    if (array?.action === 'idle') return { mismatches: array.mismatches };
    const percent = Math.floor((array?.done ?? 0) * 100);
    if (array !== null && percent !== shown) {
      shown = percent;
      await context.progress({ doing: 'raid-check', percent, left_ms: array.leftMs });
    }
    await context.pause(LOOK_EVERY_MS);
  }
}
