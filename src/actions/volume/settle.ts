import { byName } from '#kernel/by-name.ts';
import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Effect } from '#domain/operation/operation.ts';
import type { Side, Volumes, VolumesReader } from '#ports/volumes.ts';
import { nearest } from '#kernel/nearest.ts';
import type { StepFinding } from '../definition.ts';
import { volumeCalled } from './ask.ts';
import { owedBy, type HealContext } from './heal.ts';

type SideBasis = {
  readonly machine: string;
  readonly host: string;
  readonly path: string;
  readonly bytes: number;
  readonly written_at: number;
};

export type SettleBasis = {
  readonly kind: 'settle';
  readonly volume: string;
  readonly file: string;
  readonly kept: SideBasis;
  readonly lost: readonly SideBasis[];
};

interface Asked {
  readonly volume: string;
  readonly file: string;
  readonly from: string;
}

/**
 * Which side of a file stays, and which are overwritten.
 * @throws volume_unknown, volume_path, bricks_down, not_in_split_brain, split_brain_by_hand for what is no file, side_unknown, side_ambiguous
 */
export async function planSettle(
  { volumes }: { readonly volumes: VolumesReader },
  { volume: word, file, from }: Asked,
  signal: AbortSignal,
): Promise<{ readonly basis: SettleBasis; readonly effects: readonly Effect[] }> {
  const { name: volume } = await volumeCalled(volumes, word, signal);
  const sides = await volumes.sides(volume, file, signal);
  await requireTorn(volumes, volume, file, signal);
  if (sides.length < 2 || sides.some(({ kind }) => kind !== 'file')) throw new VigieError('split_brain_by_hand', { volume, file });
  const kept = sideFrom(sides, from, file);
  const lost = sides.filter((side) => side !== kept).map(basisOf);
  const effects = lost.map(({ machine, path, bytes, written_at: at }) => ({
    kind: 'overwrite',
    name: machine,
    path,
    bytes,
    written_at: at,
  }));
  return { basis: { kind: 'settle', volume, file, kept: basisOf(kept), lost }, effects };
}

/** A name that both sides gave to another file shows as a contradiction of its folder. */
async function requireTorn(volumes: VolumesReader, volume: string, file: string, signal: AbortSignal): Promise<void> {
  const { splitBrain } = await owedBy(volumes, volume, signal);
  if (splitBrain.includes(file) || splitBrain.includes(folderOf(file))) return;
  throw new VigieError('not_in_split_brain', { volume, file, nearest: nearest(file, splitBrain), count: splitBrain.length });
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(1, file.lastIndexOf('/')));
}

function basisOf({ machine, host, path, bytes, writtenAt }: Side): SideBasis {
  return { machine, host, path, bytes, written_at: writtenAt };
}

/** By the machine's name, or GlusterFS's, or the brick itself where one machine has two of them. */
function sideFrom(sides: readonly Side[], word: string, file: string): Side {
  const namesOf = ({ machine, host, path }: Side): readonly string[] => [machine, host, `${host}:${path}`];
  const found = byName(sides, word, namesOf);
  if (found === undefined)
    throw new VigieError('side_unknown', { from: word, file, known: [...new Set(sides.map(({ machine }) => machine))] });
  const alike = sides.filter((side) =>
    namesOf(side)
      .slice(0, 2)
      .some((name) => namesOf(found).includes(name)),
  );
  if (alike.length > 1 && word !== `${found.host}:${found.path}`)
    throw new VigieError('side_ambiguous', { from: word, known: alike.map(({ host, path }) => `${host}:${path}`) });
  return found;
}

export type SettleContext = Omit<HealContext, 'basis'> & { readonly basis: SettleBasis; readonly operation: string };

/**
 * Keeps copies of what is overwritten, lets the side that was chosen win, and compares.
 * @throws split_brain_changed where a side is another one than was approved; split_brain_left where the sides still differ
 */
export async function runSettle({
  basis,
  clients: { volumes },
  operation,
  step,
  signal,
  pause,
  progress,
}: SettleContext): Promise<JsonObject> {
  const { volume, file, kept, lost } = basis;
  await requireSame(volumes, basis, signal);
  const { sha256 } = await step('digest', 'repeatable', async (ends) => ({ sha256: await volumes.digest(kept, file, ends) }));
  const copies: JsonObject[] = [];
  for (const side of lost) {
    await progress({ doing: 'aside', machine: side.machine });
    copies.push(
      await step(`aside:${side.host}:${side.path}`, 'repeatable', async (ends) => ({
        ...(await volumes.setAside(side, file, operation, ends)),
      })),
    );
  }
  await step('settle', 'repeatable', async (ends) => {
    await requireSame(volumes, basis, ends);
    await volumes.settle(volume, file, kept, ends);
    return null;
  });
  await progress({ doing: 'compare', machine: kept.machine });
  await step('compare', 'repeatable', async () => {
    await seeAlike({ volumes, signal, pause }, basis, sha256);
    return null;
  });
  return { sha256, copies };
}

async function requireSame(volumes: VolumesReader, basis: SettleBasis, signal: AbortSignal): Promise<void> {
  const { volume, file } = basis;
  if (!isAsPlanned(await volumes.sides(volume, file, signal), basis)) throw new VigieError('split_brain_changed', { volume, file });
}

/** Whether what was approved is still what is there. */
function isAsPlanned(now: readonly Side[], { kept, lost }: SettleBasis): boolean {
  const sides = now.map((side) => JSON.stringify(basisOf(side)));
  const wanted = [kept, ...lost].map((side) => JSON.stringify(side));
  return sides.length === wanted.length && wanted.every((side) => sides.includes(side));
}

const LOOK_EVERY_MS = 1_000;
/** The daemon that heals takes a moment, and for a large file minutes. */
const ALIKE_MS = 1_800_000;

async function seeAlike(
  { volumes, signal, pause }: { readonly volumes: VolumesReader } & Pick<HealContext, 'signal' | 'pause'>,
  { volume, file }: SettleBasis,
  sha256: string,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    const { pending, splitBrain } = await owedBy(volumes, volume, signal);
    const busy = pending.includes(file) || splitBrain.includes(file);
    if (!busy && (await contentOf(volumes, file, await volumes.sides(volume, file, signal), signal)) === sha256) return;
    if (waitedMs >= ALIKE_MS) throw new VigieError('split_brain_left', { volume, file });
    await pause(LOOK_EVERY_MS);
  }
}

/** What all bricks hold of a file, as a digest; null where they don't hold the same, or one of them has none. */
async function contentOf(volumes: VolumesReader, file: string, sides: readonly Side[], signal: AbortSignal): Promise<string | null> {
  // A name that each side gave to another file is gone from the one before it comes again.
  if (sides.some(({ kind }) => kind !== 'file')) return null;
  const [first = null, ...others] = await Promise.all(sides.map((side) => volumes.digest(side, file, signal)));
  return others.every((digest) => digest === first) ? first : null;
}

/**
 * What GlusterFS lists tells nothing alone: of a name that each side gave to another file it names the folder. So the bricks are read. Not done where
 * they are as they were approved, and differ or are torn; done where they changed and nothing is torn, which is compared next; else nobody can tell.
 */
export async function verifySettle(
  { volumes }: { readonly volumes: Volumes },
  basis: SettleBasis,
  step: string,
  signal: AbortSignal,
): Promise<StepFinding> {
  if (step !== 'settle') return { state: 'not-done' };
  const { volume, file } = basis;
  const { splitBrain } = await owedBy(volumes, volume, signal);
  const sides = await volumes.sides(volume, file, signal);
  const alike = (await contentOf(volumes, file, sides, signal)) !== null;
  const listed = splitBrain.includes(file);
  const torn = listed || splitBrain.includes(folderOf(file));
  if (isAsPlanned(sides, basis)) return torn || !alike ? { state: 'not-done' } : DONE;
  // The folder may be listed for another of its names.
  return !torn || (alike && !listed) ? DONE : { state: 'unknown' };
}

const DONE: StepFinding = { state: 'done', result: null };
