import { diskName, graveSigns, isHot, isWorn, REBUILDS } from '#domain/disk/judge.ts';
import { knownWithin } from '#actions/unknown.ts';
import type { ArrayView, DisksReader, DiskView } from '#ports/disks.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Less than a system may take: one machine that doesn't answer leaves the others known. */
const ASK_MS = 2_500;

interface Looked {
  readonly host: string;
  readonly arrays: readonly ArrayView[] | null;
  /** Null: nobody can tell; none where nothing asks them. */
  readonly disks: readonly DiskView[] | null;
}

/** Arrays that lack a disk, rebuild or contradict themselves, and disks that fail, are worn or hot; of one machine, what it has. */
export async function disksStatus(
  disks: DisksReader,
  { names }: Pick<StatusAbout, 'names'>,
  signal: AbortSignal,
): Promise<readonly StatusLine[]> {
  const asked = disks.machines().filter((host) => names === null || names.includes(host));
  const looked = await Promise.all(asked.map((host) => look(disks, host, signal)));
  const silent = looked.filter((one) => one.arrays === null || one.disks === null).map(({ host }) => host);
  const troubles = [
    ...looked.flatMap(({ host, arrays }) => (arrays ?? []).flatMap((array) => arrayLines(host, array))),
    ...looked.flatMap(({ host, disks: all }) => (all ?? []).flatMap((disk) => diskLines(host, disk))),
    ...(silent.length === 0 ? [] : [line('trouble', 'raid-silent', { machines: silent })]),
  ];
  const count = { arrays: looked.flatMap(({ arrays }) => arrays ?? []).length, disks: looked.flatMap((one) => smart(one.disks)).length };
  if (count.arrays + count.disks === 0) return troubles;
  return [...troubles, line(names === null ? 'well' : 'fact', 'raid', count)];
}

function line(level: StatusLine['level'], says: string, about: StatusLine['about']): StatusLine {
  return { level, says, about };
}

async function look(disks: DisksReader, host: string, signal: AbortSignal): Promise<Looked> {
  const [arrays, all] = await Promise.all([
    knownWithin(ASK_MS, signal, (ends) => disks.arrays(host, ends)),
    knownWithin(ASK_MS, signal, async (ends) => (await disks.disks(host, ends)) ?? []),
  ]);
  return { host, arrays: arrays.known, disks: all.known };
}

function smart(disks: readonly DiskView[] | null): readonly DiskView[] {
  return (disks ?? []).filter((disk) => disk.smart);
}

function arrayLines(host: string, { name, state, action, done, leftMs, mismatches }: ArrayView): readonly StatusLine[] {
  return [
    ...(state === 'whole' ? [] : [line('trouble', 'array-broken', { host, name, state })]),
    ...(REBUILDS.has(action) ? [line('trouble', 'array-rebuilding', { host, name, done, left: leftMs })] : []),
    ...(mismatches === 0 ? [] : [line('trouble', 'array-inconsistent', { host, name, mismatches })]),
  ];
}

function diskLines(host: string, disk: DiskView): readonly StatusLine[] {
  const about = { host, disk: diskName(disk) };
  return [
    ...(graveSigns(disk).length === 0 ? [] : [line('trouble', 'disk-failing', about)]),
    ...(isWorn(disk) ? [line('trouble', 'disk-worn', { ...about, worn: disk.worn })] : []),
    ...(isHot(disk) ? [line('trouble', 'disk-hot', { ...about, celsius: disk.celsius })] : []),
  ];
}
