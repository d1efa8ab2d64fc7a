import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { VolumesReader, VolumeView } from '#ports/volumes.ts';

/** What each of the systems may take for its part of one answer. */
export const ASK_MS = 5_000;

/** @throws volume_unknown */
export async function volumeCalled(volumes: Pick<VolumesReader, 'list'>, word: string, signal: AbortSignal): Promise<VolumeView> {
  const all = await volumes.list(signal);
  const found = byName(all, word, ({ name }) => [name]);
  if (found !== undefined) return found;
  const known = all.map(({ name }) => name);
  throw new VigieError('volume_unknown', { volume: word, nearest: nearest(word, known), known });
}

/** Bricks that are down, or that nobody knows of, as GlusterFS names them. */
export function bricksAway({ bricks }: Pick<VolumeView, 'bricks'>): readonly string[] {
  return bricks.filter(({ online }) => online !== true).map(({ host, path }) => `${host}:${path}`);
}
