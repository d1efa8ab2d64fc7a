import { byName } from '#kernel/by-name.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { setsOf } from '#domain/volume/capacity.ts';
import { parseVolumeFile } from '#domain/volume/entry.ts';
import type { BrickName, Side, Volumes, VolumeView } from '#ports/volumes.ts';
import { tell, versionOf } from './ask.ts';
import { copyAside, digestOf, locate, sideOf, type BrickFile } from './brick-files.ts';
import { firstAnswer } from './first-answer.ts';
import { crawlsOf, healsOf } from './heal-info.ts';
import type { GlusterMachine } from './machine.ts';
import { lookAtMount, type Mount } from './mounts.ts';
import { poolOf, quotaOf } from './pool.ts';
import { shapesOf, volumesOf } from './view.ts';

export interface VolumesOptions {
  /** Those that GlusterFS runs on, in the order in which they are asked. */
  readonly machines: readonly GlusterMachine[];
  readonly mounts: readonly Mount[];
  /** Where copies of what is overwritten are kept, on the machine of each brick. */
  readonly aside: string;
  readonly clock: Clock;
}

/** Daemons that heal start with their bricks, and hear of them some seconds later: until then each order is refused. */
const HEARD_WITHIN_MS = 30_000;
const AGAIN_MS = 1_000;

type Ask<T> = (machine: GlusterMachine, signal: AbortSignal) => Promise<T>;

/** GlusterFS through its own client, on whichever of its machines answers. */
export function createVolumes({ machines, mounts, aside, clock }: VolumesOptions): Volumes {
  const first = async <T>(ask: Ask<T>, signal?: AbortSignal): Promise<T> => (await firstAnswer(machines, ask, signal)).answer;
  const called = async (volume: string, signal?: AbortSignal): Promise<VolumeView> => {
    const all = await first(shapesOf, signal);
    const found = all.find(({ name }) => name === volume);
    if (found !== undefined) return found;
    const known = all.map(({ name }) => name);
    throw new VigieError('volume_unknown', { volume, nearest: nearest(volume, known), known });
  };
  const of = async <T>(volume: string, ask: Ask<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await first(ask, signal);
    } catch (error) {
      if (error instanceof VigieError && /does not exist/iu.test(String(error.params['reason']))) await called(volume, signal);
      throw error;
    }
  };
  // Only one is told to do something: the first that answers at all.
  const command = async (words: readonly string[], signal?: AbortSignal): Promise<void> => {
    const { machine } = await firstAnswer(machines, versionOf, signal);
    await tell(machine, words, signal);
  };
  const onBrickOf = async (brick: BrickName, file: string, signal?: AbortSignal): Promise<BrickFile> => {
    const found = await locate(machineOf(machines, brick), brick, file, signal);
    if (found === null) throw new VigieError('volume_path', { path: file });
    return found;
  };
  return {
    list: (signal) => first(volumesOf, signal),
    heals: (volume, signal) => of(volume, (machine, ends) => healsOf(machine, volume, ends), signal),
    pool: (signal) => first((machine, ends) => poolOf(machine, machines, ends), signal),
    quota: (volume, signal) => of(volume, (machine, ends) => quotaOf(machine, volume, ends), signal),
    mounts: (signal) => Promise.all(mounts.map((mount) => lookAtMount(mount, signal))),
    crawls: (volume, signal) => of(volume, (machine, ends) => crawlsOf(machine, volume, ends), signal),
    async sides(volume, file, signal) {
      if (parseVolumeFile(file) === null) throw new VigieError('volume_path', { path: file });
      return await sidesOf(machines, await called(volume, signal), file, signal);
    },
    async digest(side, file, signal) {
      const found = await onBrickOf(side, file, signal);
      return await digestOf(found.machine, found.file, signal);
    },
    async heal(volume, how, signal) {
      await called(volume, signal);
      await untilHeard(clock, () => command(['volume', 'heal', volume, ...(how === 'full' ? ['full'] : [])], signal), signal);
    },
    async setAside(side, file, folder, signal) {
      return await copyAside(await onBrickOf(side, file, signal), `${aside}/${folder}`, signal);
    },
    async settle(volume, file, from, signal) {
      await command(['volume', 'heal', volume, 'split-brain', 'source-brick', `${from.host}:${from.path}`, file], signal);
    },
  };
}

/** Gives an order that may be given twice. @throws what it was refused with at last */
async function untilHeard(clock: Clock, order: () => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  for (const end = clock.now() + HEARD_WITHIN_MS; ; await clock.sleep(AGAIN_MS, signal)) {
    try {
      await order();
      return;
    } catch (error) {
      if (!isStarting(error) || clock.now() >= end || signal?.aborted === true) throw error;
    }
  }
}

/** Whether a daemon that heals isn't there yet; where it is switched off, waiting is in vain. */
function isStarting(error: unknown): boolean {
  if (!(error instanceof VigieError) || error.code !== 'gluster_refused') return false;
  const reason = String(error.params['reason']);
  return reason.startsWith('Launching heal operation') && !/disabled/iu.test(reason);
}

/** @throws brick_elsewhere */
function machineOf(machines: readonly GlusterMachine[], { host, path }: BrickName): GlusterMachine {
  const found = byName(machines, host, ({ name, aliases }) => [name, ...aliases]);
  if (found === undefined) throw new VigieError('brick_elsewhere', { brick: `${host}:${path}`, host });
  return found;
}

/** Of each set of bricks in which somebody has it. */
async function sidesOf(
  machines: readonly GlusterMachine[],
  volume: VolumeView,
  file: string,
  signal: AbortSignal | undefined,
): Promise<readonly Side[]> {
  const sets = await Promise.all(
    setsOf(volume).map((bricks) =>
      Promise.all(bricks.filter(({ arbiter }) => !arbiter).map((brick) => sideOf(machineOf(machines, brick), brick, file, signal))),
    ),
  );
  return sets.filter((sides) => sides.some(({ kind }) => kind !== 'missing')).flat();
}
