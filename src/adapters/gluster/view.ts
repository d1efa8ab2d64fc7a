import { z } from 'zod';
import type { BrickView, VolumeView } from '#ports/volumes.ts';
import { ask } from './ask.ts';
import { brickName, count, element, number } from './forms.ts';
import type { GlusterMachine } from './machine.ts';

const info = z.object({
  cliOutput: z.object({
    volInfo: element({
      volumes: element({
        volume: z
          .array(
            z.object({
              name: z.string(),
              statusStr: z.string(),
              typeStr: z.string(),
              replicaCount: count,
              arbiterCount: count,
              disperseCount: count,
              redundancyCount: count,
              bricks: element({ brick: z.array(z.object({ name: brickName, isArbiter: z.string() })) }),
            }),
          )
          .default([]),
      }),
    }),
  }),
});

const status = z.object({
  cliOutput: z.object({
    volStatus: element({
      volumes: element({
        volume: z
          .array(
            z.object({
              volName: z.string(),
              node: z
                .array(z.object({ hostname: z.string(), path: z.string(), status: z.string(), sizeTotal: number, sizeFree: number }))
                .default([]),
            }),
          )
          .default([]),
      }),
    }),
  }),
});
type Status = z.output<typeof status>['cliOutput']['volStatus']['volumes']['volume'];

type Info = z.output<typeof info>['cliOutput']['volInfo']['volumes']['volume'];

/** All volumes, and how their bricks are. @throws gluster_refused */
export async function volumesOf(machine: GlusterMachine, signal?: AbortSignal): Promise<readonly VolumeView[]> {
  const all = await infoOf(machine, signal);
  const started = all.some(({ statusStr }) => statusStr === 'Started');
  // Of volumes that don't run there is no status, and of none at all an error.
  const seen = started
    ? (await ask(machine, ['volume', 'status', 'all', 'detail'], status, signal)).cliOutput.volStatus.volumes.volume
    : [];
  return viewsOf(all, seen);
}

/** What all volumes are made of; how their bricks are isn't asked, and stands there as unknown. @throws gluster_refused */
export async function shapesOf(machine: GlusterMachine, signal?: AbortSignal): Promise<readonly VolumeView[]> {
  return viewsOf(await infoOf(machine, signal), []);
}

async function infoOf(machine: GlusterMachine, signal?: AbortSignal): Promise<Info> {
  return (await ask(machine, ['volume', 'info', 'all'], info, signal)).cliOutput.volInfo.volumes.volume;
}

function viewsOf(all: Info, seen: Status): readonly VolumeView[] {
  return all
    .map(({ bricks, ...volume }) => ({
      name: volume.name,
      kind: volume.typeStr,
      started: volume.statusStr === 'Started',
      replicas: volume.replicaCount,
      arbiters: volume.arbiterCount,
      disperse: volume.disperseCount,
      redundancy: volume.redundancyCount,
      bricks: bricks.brick.map(({ name, isArbiter }) => brickOf(seen, volume.name, { ...name, arbiter: isArbiter === '1' })),
    }))
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** A brick whose machine's daemon is away isn't in the status at all. */
function brickOf(seen: Status, volume: string, brick: Pick<BrickView, 'host' | 'path' | 'arbiter'>): BrickView {
  const found = seen
    .find(({ volName }) => volName === volume)
    ?.node.find(({ hostname, path }) => hostname === brick.host && path === brick.path);
  return {
    ...brick,
    online: found === undefined ? null : found.status === '1',
    sizeBytes: found?.sizeTotal ?? null,
    freeBytes: found?.sizeFree ?? null,
  };
}
