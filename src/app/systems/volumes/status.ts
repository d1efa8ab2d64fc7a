import { owed } from '#domain/volume/heals.ts';
import type { BrickHeals, VolumesReader, VolumeView } from '#ports/volumes.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

type Asked = Pick<VolumesReader, 'list' | 'heals' | 'mounts'>;

/** Bricks that are away, what is to be healed or contradicts itself, mounts that aren't there; of one machine or volume, what it holds. */
export async function volumesStatus(volumes: Asked, { names }: StatusAbout, signal: AbortSignal): Promise<readonly StatusLine[]> {
  const [all, mounts] = await Promise.all([volumes.list(signal), volumes.mounts(signal)]);
  const asked = names === null ? all : all.filter((volume) => isAbout(volume, names));
  const found = await Promise.all(
    asked.map(async (volume) => volumeLines(volume, volume.started ? await volumes.heals(volume.name, signal) : [])),
  );
  const unmounted = mounts.filter(({ state, host }) => state !== 'mounted' && (names === null || names.includes(host)));
  const troubles = [
    ...found.flat(),
    ...unmounted.map(({ host, path, volume, state }) => line('trouble', 'mount', { host, path, volume, state })),
  ];
  if (names !== null)
    return [...troubles, ...asked.map(({ name, kind, bricks }) => line('fact', 'volume', { name, kind, bricks: bricks.length }))];
  const sound = asked.filter(({ name }, index) => found[index]?.length === 0 && unmounted.every(({ volume }) => volume !== name));
  return [...troubles, line('well', 'volumes', { volumes: all.length, sound: sound.length })];
}

function line(level: StatusLine['level'], says: string, about: StatusLine['about']): StatusLine {
  return { level, says, about };
}

function isAbout({ name, bricks }: VolumeView, names: readonly string[]): boolean {
  return names.includes(name) || bricks.some(({ host }) => names.includes(host));
}

function volumeLines({ name, started, bricks }: VolumeView, heals: readonly BrickHeals[]): readonly StatusLine[] {
  const away = bricks.filter(({ online }) => online !== true).map(({ host, path }) => `${host}:${path}`);
  const { splitBrain, pending } = owed(heals);
  return [
    ...(started ? [] : [line('trouble', 'volume-stopped', { name })]),
    ...(started && away.length > 0 ? [line('trouble', 'bricks-away', { name, away })] : []),
    ...(splitBrain.length > 0 ? [line('trouble', 'split-brain', { name, count: splitBrain.length })] : []),
    ...(pending.length > 0 ? [line('trouble', 'heal-pending', { name, count: pending.length })] : []),
  ];
}
