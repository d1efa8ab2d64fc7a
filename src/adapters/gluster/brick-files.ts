import { VigieError } from '#kernel/errors.ts';
import { onBrick, parseVolumeFile } from '#domain/volume/entry.ts';
import { complainsOnlyOf, complaintOf } from '#ports/commands.ts';
import type { BrickName, SetAside, Side } from '#ports/volumes.ts';
import { must, refused, run, type GlusterMachine } from './machine.ts';

/** A file of a volume on one of its bricks, and how its machine is reached. */
export interface BrickFile extends BrickName {
  readonly machine: GlusterMachine;
  /** Where it is on the brick. */
  readonly file: string;
}

/**
 * Where a file is on a brick. People who write to a volume may make links in it: one that leads out of the brick is none of its folders.
 * @throws volume_path for a name that is none, or is reached over a link
 */
export async function locate(machine: GlusterMachine, brick: BrickName, word: string, signal?: AbortSignal): Promise<BrickFile | null> {
  const named = parseVolumeFile(word);
  if (named === null) throw new VigieError('volume_path', { path: word });
  const file = onBrick(brick.path, named);
  const folder = file.slice(0, file.lastIndexOf('/'));
  const command = ['realpath', '--zero', '--', brick.path, folder];
  const found = await run(machine, command, signal);
  if (found.code !== 0 && complainsOnlyOf(found, GONE)) return null;
  const [root, real, ...more] = found.stdout.split('\0');
  if (found.code !== 0 || root === undefined || more.join('') !== '') throw refused(machine, command, complaintOf(found));
  if (real !== `${root}${folder.slice(brick.path.length)}`) throw new VigieError('volume_path', { path: word });
  return { host: brick.host, path: brick.path, machine, file };
}

const GONE = /: (?:No such file or directory|Not a directory)$/u;
const STAT = ['stat', String.raw`--printf=%F\t%s\t%Y`, '--'];

/** What a brick holds under a name. @throws gluster_refused, volume_path */
export async function sideOf(machine: GlusterMachine, brick: BrickName, word: string, signal?: AbortSignal): Promise<Side> {
  const at = { machine: machine.name, host: brick.host, path: brick.path };
  const located = await locate(machine, brick, word, signal);
  const missing: Side = { ...at, kind: 'missing', bytes: 0, writtenAt: 0 };
  if (located === null) return missing;
  const command = [...STAT, located.file];
  const result = await run(machine, command, signal);
  if (result.code !== 0 && complainsOnlyOf(result, GONE)) return missing;
  const { kind = '', bytes, seconds } = /^(?<kind>[^\t]+)\t(?<bytes>\d+)\t(?<seconds>\d+)$/u.exec(result.stdout)?.groups ?? {};
  if (result.code !== 0 || bytes === undefined) throw refused(machine, command, complaintOf(result));
  return { ...at, kind: kindOf(kind), bytes: Number(bytes), writtenAt: Number(seconds) * 1_000 };
}

function kindOf(word: string): Side['kind'] {
  if (word === 'directory') return 'folder';
  return /^regular(?: empty)? file$/u.test(word) ? 'file' : 'other';
}

/** @throws gluster_refused */
export async function digestOf(machine: GlusterMachine, file: string, signal?: AbortSignal): Promise<string> {
  const command = ['sha256sum', '--', file];
  const { digest } = /^\\?(?<digest>[0-9a-f]{64}) /u.exec(await must(machine, command, signal))?.groups ?? {};
  if (digest === undefined) throw refused(machine, command, 'an answer of another form');
  return digest;
}

/**
 * Copies a file of a brick into a folder of the same machine, and reads the copy again: written under another name first, so that what bears
 * the name is whole.
 * @param folder absolute; made where it isn't there
 * @throws aside_within where the folder is on the brick itself, aside_full
 */
export async function copyAside(from: BrickFile, folder: string, signal?: AbortSignal): Promise<SetAside> {
  const { machine, path: brick, file } = from;
  const target = `${folder}${file}`;
  const parent = target.slice(0, target.lastIndexOf('/'));
  const at = (bytes: number, sha256: string): SetAside => ({ machine: machine.name, path: target, bytes, sha256 });
  await must(machine, ['mkdir', '--parents', '--mode=0700', '--', folder, parent], signal);
  await requireOutside(from, folder, signal);
  const bytes = await sizeOf(machine, file, signal);
  if ((await run(machine, ['test', '-e', target], signal)).code === 0)
    return at(await sizeOf(machine, target, signal), await digestOf(machine, target, signal));
  await requireRoom(machine, parent, bytes, signal);
  const partial = `${target}.partial`;
  const copy = ['cp', '--preserve=mode,ownership,timestamps', '--no-dereference', '--no-target-directory', '--', file, partial];
  await must(machine, copy, signal);
  await must(machine, ['sync', '--', partial], signal);
  const digest = await digestOf(machine, file, signal);
  if ((await digestOf(machine, partial, signal)) !== digest) throw refused(machine, copy, `the copy of ${brick} is another one`);
  await must(machine, ['mv', '--no-clobber', '--no-target-directory', '--', partial, target], signal);
  await must(machine, ['sync', '--', parent], signal);
  return at(bytes, digest);
}

async function sizeOf(machine: GlusterMachine, file: string, signal?: AbortSignal): Promise<number> {
  return Number(await must(machine, ['stat', '--format=%s', '--', file], signal));
}

/** A copy on the brick would be a file that GlusterFS knows nothing of. */
async function requireOutside({ machine, path }: BrickFile, folder: string, signal?: AbortSignal): Promise<void> {
  const [brick = '', real = ''] = (await must(machine, ['realpath', '--zero', '--', path, folder], signal)).split('\0');
  if (`${real}/`.startsWith(`${brick}/`)) throw new VigieError('aside_within', { host: machine.name, folder, brick: path });
}

/** Left free beside the copy. */
const MARGIN_BYTES = 64 * 1024 * 1024;

async function requireRoom(machine: GlusterMachine, folder: string, bytes: number, signal?: AbortSignal): Promise<void> {
  const command = ['df', '--block-size=1', '--output=avail', '--', folder];
  const free = Number(/(\d+)\s*$/u.exec(await must(machine, command, signal))?.[1] ?? Number.NaN);
  if (Number.isNaN(free)) throw refused(machine, command, 'an answer of another form');
  if (bytes + MARGIN_BYTES > free) throw new VigieError('aside_full', { host: machine.name, folder, needed: bytes, free });
}
