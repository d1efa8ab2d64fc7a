import type { JsonObject } from '#kernel/json.ts';
import { owed } from '#domain/volume/heals.ts';
import type { ReadClients } from '#ports/clients.ts';
import { knownWithin } from '../unknown.ts';
import { ASK_MS, volumeCalled } from './ask.ts';
import { healsOf, volumePart } from './overview.ts';

type Sources = Pick<ReadClients, 'volumes' | 'levels'>;

/** Names of files that are shown, and split-brains whose sides are looked at. */
const NAMED = 5;

/** One volume with its bricks, what it owes by name, and both sides of what contradicts itself. @throws volume_unknown, gluster_refused, ssh_* */
export async function volumeDetail(sources: Sources, word: string, signal: AbortSignal): Promise<JsonObject> {
  const { volumes, levels } = sources;
  const volume = await volumeCalled(volumes, word, signal);
  const { name } = volume;
  const [trends, heals, quota, mounts] = await Promise.all([
    knownWithin(ASK_MS, signal, () => levels.trends()),
    healsOf(sources, volume, signal),
    knownWithin(ASK_MS, signal, (ends) => volumes.quota(name, ends)),
    knownWithin(ASK_MS, signal, (ends) => volumes.mounts(ends)),
  ]);
  const found = heals?.known == null ? null : owed(heals.known);
  const torn = found?.splitBrain.slice(0, NAMED) ?? [];
  return {
    ...volumePart(volume, heals, trends.known),
    kind: volume.kind,
    replicas: volume.replicas - volume.arbiters,
    arbiters: volume.arbiters,
    bricks: volume.bricks.map(({ host, path, online, arbiter, sizeBytes, freeBytes }) => ({
      host,
      path,
      online,
      arbiter,
      size: sizeBytes,
      free: freeBytes,
    })),
    pending: found?.pending.slice(0, NAMED) ?? [],
    splits: await Promise.all(torn.map((file) => sidesPart(sources, { volume: name, file }, signal))),
    quota: (quota.known ?? []).map(({ path, limitBytes, usedBytes }) => ({ path, limit: limitBytes, used: usedBytes })),
    mounts: (mounts.known ?? []).filter((mount) => mount.volume === name).map((mount) => ({ ...mount })),
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
