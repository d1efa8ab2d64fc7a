import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ArrayView, DisksReader } from '#ports/disks.ts';

/** Between two looks at what an array is at. */
export const LOOK_EVERY_MS = 5_000;

export interface Watching {
  readonly disks: DisksReader;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly progress: (data: JsonObject) => Promise<void>;
}

/** @throws array_unknown; host_unknown */
export async function arrayCalled(
  disks: DisksReader,
  words: { readonly machine: string; readonly array: string },
  signal: AbortSignal,
): Promise<{ readonly machine: string; readonly array: ArrayView }> {
  const machine = byName(disks.machines(), words.machine, (name) => [name]) ?? words.machine;
  const arrays = await disks.arrays(machine, signal);
  const array = byName(arrays, words.array, ({ name }) => [name]);
  if (array !== undefined) return { machine, array };
  const known = arrays.map(({ name }) => name);
  throw new VigieError('array_unknown', { host: machine, array: words.array, nearest: nearest(words.array, known), known });
}

/** Null where nobody can tell now: the next look may succeed, and the operation's time-out is the limit. */
export async function lookAtArray({ disks, signal }: Watching, machine: string, name: string): Promise<ArrayView | null> {
  try {
    return (await disks.arrays(machine, signal)).find((array) => array.name === name) ?? null;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof VigieError && ['ssh_unreachable', 'disks_refused'].includes(error.code)) return null;
    throw error;
  }
}
