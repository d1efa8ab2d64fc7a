import { deadline } from '#kernel/abort.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { startLoop, type Loop } from '#kernel/loop.ts';
import { capacityOf } from '#domain/volume/capacity.ts';
import { vesselName } from '#ports/levels.ts';
import type { Log } from '#ports/log.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { Cursors } from '#ports/store.ts';
import { keepLevels, type Readings } from './levels.ts';

/** 24 points within the six hours that are kept. */
const EVERY_MS = 900_000;
/** Nobody waits for it. */
const LOOK_MS = 30_000;

type Sources = Pick<ReadClients, 'volumes' | 'hypervisor' | 'hosts'>;
type Reading = readonly [name: string, level: number];

export interface LevelParts {
  readonly sources: Sources;
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
}

/** The loop that notes how full things are. */
export function watchLevels({ sources, facts, clock, log }: LevelParts): Loop {
  return startLoop(clock, async (stopping) => {
    try {
      const signal = AbortSignal.any([stopping, deadline(LOOK_MS, () => new VigieError('too_slow', { action: 'levels', limit: LOOK_MS }))]);
      await keepLevels(facts, await readLevels(sources, signal), clock.now());
    } catch (error) {
      log.warn({ error }, 'how full things are could not be noted');
    }
    return EVERY_MS;
  });
}

/** Of everything that answers. */
export async function readLevels(sources: Sources, signal: AbortSignal): Promise<Readings> {
  const asked = [volumeLevels(sources, signal), storageLevels(sources, signal), ...diskLevels(sources, signal)];
  return new Map((await Promise.all(asked.map((each) => each.catch(() => [])))).flat());
}

async function volumeLevels({ volumes }: Sources, signal: AbortSignal): Promise<readonly Reading[]> {
  return (await volumes.list(signal)).flatMap((volume) => {
    const capacity = capacityOf(volume);
    return capacity === null || capacity.sizeBytes === 0
      ? []
      : [[vesselName({ kind: 'volume', name: volume.name }), 1 - capacity.freeBytes / capacity.sizeBytes] as const];
  });
}

async function storageLevels({ hypervisor }: Sources, signal: AbortSignal): Promise<readonly Reading[]> {
  return (await hypervisor.storages(signal)).flatMap(({ node, name, sizeBytes, usedBytes, active }) =>
    active && sizeBytes > 0 ? [[vesselName({ kind: 'storage', node, name }), usedBytes / sizeBytes] as const] : [],
  );
}

function diskLevels({ hosts }: Sources, signal: AbortSignal): readonly Promise<readonly Reading[]>[] {
  return hosts.list().map(async (host) => {
    const systems = await hosts.fileSystems(host, signal);
    return systems.map(({ mount, usedShare }) => [vesselName({ kind: 'disk', host, mount }), usedShare] as const);
  });
}
