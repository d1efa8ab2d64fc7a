import type { JsonObject } from '#kernel/json.ts';
import { owed, owedByEach } from '#domain/volume/heals.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { BrickHeals, BrickView } from '#ports/volumes.ts';
import { knownWithin } from '../unknown.ts';
import { ASK_MS, volumeCalled } from './ask.ts';
import { healsOf, mountsPart, poolPart, volumePart } from './overview.ts';

type Sources = Pick<ReadClients, 'volumes' | 'levels'>;

/** Names of files that are shown, and split-brains whose sides are looked at. */
const NAMED = 5;
/** Of each brick: there may be many. */
const NAMED_OF_BRICK = 2;

/** One volume with its bricks, what it owes by name, and both sides of what contradicts itself. @throws volume_unknown, gluster_refused, ssh_* */
export async function volumeDetail(sources: Sources, word: string, signal: AbortSignal): Promise<JsonObject> {
  const { volumes, levels } = sources;
  const volume = await volumeCalled(volumes, word, signal);
  const { name } = volume;
  const [trends, heals, quota, mounts, pool] = await Promise.all([
    knownWithin(ASK_MS, signal, () => levels.trends()),
    healsOf(sources, volume, signal),
    knownWithin(ASK_MS, signal, (ends) => volumes.quota(name, ends)),
    knownWithin(ASK_MS, signal, (ends) => volumes.mounts(ends)),
    knownWithin(ASK_MS, signal, (ends) => volumes.pool(ends)),
  ]);
  const found = heals?.known == null ? null : owed(heals.known);
  const torn = found?.splitBrain.slice(0, NAMED) ?? [];
  return {
    ...volumePart(volume, heals, trends.known),
    kind: volume.kind,
    replicas: volume.replicas - volume.arbiters,
    arbiters: volume.arbiters,
    bricks: volume.bricks.map((brick) => brickPart(brick, heals?.known ?? null)),
    pending: found?.pending.slice(0, NAMED) ?? [],
    splits: await Promise.all(torn.map((file) => sidesPart(sources, { volume: name, file }, signal))),
    quota: {
      problem: quota.problem,
      list: (quota.known ?? []).map(({ path, limitBytes, usedBytes }) => ({ path, limit: limitBytes, used: usedBytes })),
    },
    mounts: mountsPart(mounts, name),
    pool: poolPart(pool),
  };
}

/** A brick with what it says that others owe; `owes` is null where nobody asked it or it says nothing. */
function brickPart({ host, path, online, arbiter, sizeBytes, freeBytes }: BrickView, heals: readonly BrickHeals[] | null): JsonObject {
  const index = heals?.findIndex((each) => each.host === host && each.path === path) ?? -1;
  const { pending, splitBrain, silent } = (heals === null ? undefined : owedByEach(heals)[index]) ?? {
    pending: [],
    splitBrain: [],
    silent: [path],
  };
  return {
    host,
    path,
    online,
    arbiter,
    size: sizeBytes,
    free: freeBytes,
    owes:
      silent.length > 0
        ? null
        : {
            pending: pending.length,
            pending_first: pending.slice(0, NAMED_OF_BRICK),
            split: splitBrain.length,
            split_first: splitBrain.slice(0, NAMED_OF_BRICK),
          },
  };
}

/** Both sides of a file; `sides` is null where nobody can look at them. */
async function sidesPart(
  { volumes }: Pick<Sources, 'volumes'>,
  { volume, file }: { readonly volume: string; readonly file: string },
  signal: AbortSignal,
): Promise<JsonObject> {
  const { known, problem } = await knownWithin(ASK_MS, signal, (ends) => volumes.sides(volume, file, ends));
  const sides = known?.map(({ machine, kind, bytes, writtenAt }) => ({ machine, kind, bytes, written_at: writtenAt })) ?? null;
  return { file, sides, problem };
}
