import { problemOf, VigieError, type Problem } from '#kernel/errors.ts';
import { parseGlusterTarget, type GlusterTarget } from '#domain/alert/probe-target.ts';
import { capacityOf } from '#domain/volume/capacity.ts';
import { owed } from '#domain/volume/heals.ts';
import { vesselName, type LevelsReader } from '#ports/levels.ts';
import type { Way } from '#ports/prober.ts';
import type { MountState, VolumesReader, VolumeView } from '#ports/volumes.ts';
import { ProbeFailure } from './walk.ts';

/** What is asked of GlusterFS. */
export interface GlusterSource extends Pick<VolumesReader, 'list' | 'heals' | 'mounts'> {
  readonly levels: LevelsReader;
}

/** A volume that will be full within so long (ms), or is so full already (from 0 to 1). */
const SOON_MS = 86_400_000;
const FULL = 0.95;
/** As the alert of a disk that fills: quiet while much is free. */
const QUIET_BELOW = 0.6;
/** Names of files that a message holds. */
const NAMED = 3;

/**
 * Whether bricks are up, nothing is to be healed, nothing is in split-brain, mounts are there, or no volume is soon full. That GlusterFS doesn't
 * answer is told by `bricks/…`; for the others it is unknown then how things are.
 * @throws ProbeFailure; VigieError where nobody can tell
 */
export async function walkGluster(way: Way, source: GlusterSource, deadline: AbortSignal): Promise<void> {
  const target = parseGlusterTarget(way.target) ?? { what: 'bricks', name: way.target };
  way.enter('gluster');
  try {
    await look(target, source, deadline);
  } catch (error) {
    if (error instanceof ProbeFailure) throw error;
    if (target.what === 'bricks') throw asFailure(way, error, deadline);
    if (error instanceof VigieError) throw error;
    throw new VigieError('gluster_silent', { target: way.target }, error);
  }
}

function asFailure(way: Way, error: unknown, deadline: AbortSignal): unknown {
  if (deadline.aborted || !(error instanceof VigieError)) return error;
  if (error.code.startsWith('ssh_')) way.enter('ssh');
  return new ProbeFailure(problemOf(error), String(error.params['reason'] ?? error.code));
}

async function look({ what, name }: GlusterTarget, source: GlusterSource, signal: AbortSignal): Promise<void> {
  if (what === 'mounts') return await judgeMounts(name, source, signal);
  const volumes = (await source.list(signal)).filter((volume) => name === '*' || volume.name === name);
  if (volumes.length === 0 && name !== '*') throw new VigieError('volume_unknown', { volume: name, nearest: null, known: [] });
  switch (what) {
    case 'bricks':
      return judgeBricks(volumes);
    case 'heals':
    case 'split-brain':
      for (const { name: volume } of volumes.filter(({ started }) => started)) await judgeHeals(what, volume, source, signal);
      return;
    case 'space':
      return await judgeSpace(volumes, source);
    default:
      return what satisfies never;
  }
}

function failure(problem: Problem, detail: string): ProbeFailure {
  return new ProbeFailure(problem, detail);
}

function judgeBricks(volumes: readonly VolumeView[]): void {
  const stopped = volumes.filter(({ started }) => !started).map(({ name }) => name);
  const down = volumes.filter(({ started }) => started).flatMap(({ bricks }) => bricks.filter(({ online }) => online !== true));
  if (down.length + stopped.length === 0) return;
  const bricks = down.map(({ host, path }) => `${host}:${path}`);
  throw failure({ code: 'probe_bricks', params: { bricks, stopped } }, [...bricks, ...stopped].join(', '));
}

async function judgeHeals(what: 'heals' | 'split-brain', volume: string, source: GlusterSource, signal: AbortSignal): Promise<void> {
  const { pending, splitBrain, silent } = owed(await source.heals(volume, signal));
  const found = what === 'heals' ? pending : splitBrain;
  const code = what === 'heals' ? 'probe_heals' : 'probe_split_brain';
  const params = { volume, files: found.slice(0, NAMED), count: found.length };
  if (found.length > 0) throw failure({ code, params }, `${volume}: ${found.length}`);
  // What a brick would say that isn't reached is unknown: nobody can say that nothing is owed.
  if (silent.length > 0) throw new VigieError('gluster_silent', { target: silent.join(', ') });
}

async function judgeMounts(name: string, source: GlusterSource, signal: AbortSignal): Promise<void> {
  const mounts = (await source.mounts(signal)).filter(({ volume }) => name === '*' || volume === name);
  const those = (wanted: MountState): string[] => mounts.filter(({ state }) => state === wanted).map(({ host, path }) => `${host}:${path}`);
  const [missing, stale, unknown] = [those('missing'), those('stale'), those('unknown')];
  if (missing.length + stale.length > 0)
    throw failure({ code: 'probe_mounts', params: { missing, stale } }, [...missing, ...stale].join(', '));
  if (unknown.length > 0) throw new VigieError('gluster_silent', { target: unknown.join(', ') });
}

/** Too few points say nothing of a direction, as for any forecast. */
async function judgeSpace(volumes: readonly VolumeView[], { levels }: GlusterSource): Promise<void> {
  const trends = await levels.trends();
  for (const volume of volumes) {
    const capacity = capacityOf(volume);
    if (capacity === null || capacity.sizeBytes === 0) throw new VigieError('gluster_silent', { target: volume.name });
    const share = 1 - capacity.freeBytes / capacity.sizeBytes;
    const trend = trends.get(vesselName({ kind: 'volume', name: volume.name }));
    const inMs = trend?.state === 'fills' && share >= QUIET_BELOW && trend.inMs <= SOON_MS ? Math.round(trend.inMs) : null;
    if (inMs === null && share < FULL) continue;
    const params = { volume: volume.name, share, free: capacity.freeBytes, in: inMs };
    throw failure({ code: 'probe_space', params }, `${volume.name}: ${Math.round(share * 100)}%`);
  }
}
