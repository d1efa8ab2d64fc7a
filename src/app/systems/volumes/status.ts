import { beforeAbort, deadline } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { orUnknown, type Known } from '#actions/unknown.ts';
import { owed } from '#domain/volume/heals.ts';
import type { BrickHeals, MountView, VolumesReader, VolumeView } from '#ports/volumes.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

type Asked = Pick<VolumesReader, 'list' | 'heals' | 'mounts'>;

/** Less than a system may take: one list of heals or one mount that is slow leaves known what is known. */
const ASK_MS = 2_700;

interface Looked {
  readonly volume: VolumeView;
  /** Null: nobody can tell what it owes. */
  readonly heals: readonly BrickHeals[] | null;
}

/** Bricks that are away, what is to be healed or contradicts itself, mounts that aren't there; of one machine or volume, what it holds. */
export async function volumesStatus(volumes: Asked, { names }: StatusAbout, signal: AbortSignal): Promise<readonly StatusLine[]> {
  const [all, mounts] = await look(volumes, names, signal);
  const amiss = mountLines(mounts, names);
  if (all.known === null) {
    // Where nothing else is known, all of it is unknown.
    if (!(mounts.known ?? []).some(({ state }) => state === 'missing' || state === 'stale'))
      throw new VigieError(all.problem.code, all.problem.params);
    return [line('trouble', 'volumes-silent', { problem: { ...all.problem } }), ...amiss];
  }
  const { looked, count } = all.known;
  const troubles = looked.map(volumeLines);
  const silent = looked.filter((each, index) => isSilent(each) && !(troubles[index] ?? []).some(({ says }) => says === 'bricks-away'));
  const told = [...troubles.flat(), ...silentLine(silent), ...amiss];
  if (names !== null)
    return [...told, ...looked.map(({ volume: { name, kind, bricks } }) => line('fact', 'volume', { name, kind, bricks: bricks.length }))];
  const unmounted = new Set((mounts.known ?? []).filter(({ state }) => state !== 'mounted').map(({ volume }) => volume));
  const sound = looked.filter(
    (each, index) => troubles[index]?.length === 0 && !isSilent(each) && mounts.known !== null && !unmounted.has(each.volume.name),
  );
  return [...told, line('well', 'volumes', { volumes: count, sound: sound.length })];
}

interface Volumes {
  readonly looked: readonly Looked[];
  readonly count: number;
}

/** All of it within one time: what volumes owe is asked once it is known which there are. */
async function look(
  volumes: Asked,
  names: StatusAbout['names'],
  signal: AbortSignal,
): Promise<readonly [Known<Volumes>, Known<readonly MountView[]>]> {
  const ends = AbortSignal.any([signal, deadline(ASK_MS, () => new VigieError('no_answer', { limit: ASK_MS }))]);
  const asked = async <T>(asking: Promise<T>): Promise<Known<T>> => await orUnknown(beforeAbort(ends, asking));
  const lookAt = async (volume: VolumeView): Promise<Looked> => ({
    volume,
    heals: volume.started ? (await asked(volumes.heals(volume.name, ends))).known : [],
  });
  const seen = async (): Promise<Volumes> => {
    const all = await beforeAbort(ends, volumes.list(ends));
    const about = names === null ? all : all.filter((volume) => isAbout(volume, names));
    return { looked: await Promise.all(about.map(lookAt)), count: all.length };
  };
  const found = await Promise.all([orUnknown(seen()), asked(volumes.mounts(ends))]);
  signal.throwIfAborted();
  return found;
}

function line(level: StatusLine['level'], says: string, about: StatusLine['about']): StatusLine {
  return { level, says, about };
}

function isAbout({ name, bricks }: VolumeView, names: readonly string[]): boolean {
  return names.includes(name) || bricks.some(({ host }) => names.includes(host));
}

/** Whether somebody doesn't say what it knows to be healed. */
function isSilent({ heals }: Looked): boolean {
  return heals === null || heals.some(({ answers }) => !answers);
}

function silentLine(silent: readonly Looked[]): readonly StatusLine[] {
  return silent.length === 0 ? [] : [line('trouble', 'heals-silent', { names: silent.map(({ volume }) => volume.name) })];
}

/** Of one thing that is asked about, those of its machine. */
function mountLines({ known, problem }: Known<readonly MountView[]>, names: StatusAbout['names']): readonly StatusLine[] {
  if (known === null) return [line('trouble', 'mounts-silent', { problem: { ...problem } })];
  return known
    .filter(({ state, host }) => state !== 'mounted' && (names === null || names.includes(host)))
    .map(({ host, path, volume, state }) => line('trouble', 'mount', { host, path, volume, state }));
}

function volumeLines({ volume: { name, started, bricks }, heals }: Looked): readonly StatusLine[] {
  const away = bricks.filter(({ online }) => online !== true).map(({ host, path }) => `${host}:${path}`);
  const { splitBrain, pending } = owed(heals ?? []);
  return [
    ...(started ? [] : [line('trouble', 'volume-stopped', { name })]),
    ...(started && away.length > 0 ? [line('trouble', 'bricks-away', { name, away })] : []),
    ...(splitBrain.length > 0 ? [line('trouble', 'split-brain', { name, count: splitBrain.length })] : []),
    ...(pending.length > 0 ? [line('trouble', 'heal-pending', { name, count: pending.length })] : []),
  ];
}
