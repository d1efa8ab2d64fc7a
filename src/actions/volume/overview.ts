import type { Json, JsonObject } from '#kernel/json.ts';
import { capacityOf } from '#domain/volume/capacity.ts';
import { owed } from '#domain/volume/heals.ts';
import type { ReadClients } from '#ports/clients.ts';
import type { BrickHeals, MountView, Pool, VolumeView } from '#ports/volumes.ts';
import { knownWithin, type Known } from '../unknown.ts';
import { ASK_MS, bricksAway } from './ask.ts';
import { levelOf, type Trends } from './levels.ts';

type Sources = Pick<ReadClients, 'volumes' | 'hypervisor' | 'hosts' | 'levels'>;

/** Everything that holds data: volumes, storages of hypervisors, file systems of machines. Each is asked beside the others, in a time of its own. */
export async function storageOverview(sources: Sources, signal: AbortSignal): Promise<JsonObject> {
  const { known: trends } = await knownWithin(ASK_MS, signal, () => sources.levels.trends());
  const [volumes, mounts, pool, storages, hosts] = await Promise.all([
    volumesPart(sources, trends, signal),
    knownWithin(ASK_MS, signal, (ends) => sources.volumes.mounts(ends)),
    knownWithin(ASK_MS, signal, (ends) => sources.volumes.pool(ends)),
    storagesPart(sources, trends, signal),
    Promise.all(sources.hosts.list().map((host) => hostPart(sources, host, trends, signal))),
  ]);
  return {
    volumes,
    mounts: isAbsent(mounts) ? null : mountsPart(mounts),
    pool: isAbsent(pool) ? null : poolPart(pool),
    storages,
    hosts,
  };
}

const isAbsent = ({ problem }: Known<unknown>): boolean => problem?.code.endsWith('_not_configured') === true;

/** @returns null where none are configured */
async function volumesPart({ volumes }: Sources, trends: Trends | null, signal: AbortSignal): Promise<JsonObject | null> {
  const all = await knownWithin(ASK_MS, signal, (ends) => volumes.list(ends));
  if (isAbsent(all)) return null;
  const list = await Promise.all(
    (all.known ?? []).map(async (volume) => volumePart(volume, await healsOf({ volumes }, volume, signal), trends)),
  );
  return { problem: all.problem, list };
}

/** What a volume that runs owes. */
export async function healsOf(
  { volumes }: Pick<Sources, 'volumes'>,
  { name, started }: VolumeView,
  signal: AbortSignal,
): Promise<Known<readonly BrickHeals[]> | null> {
  return started ? await knownWithin(ASK_MS, signal, (ends) => volumes.heals(name, ends)) : null;
}

/** One volume in short; `heals` is null where nobody can tell what it owes. */
export function volumePart(volume: VolumeView, heals: Known<readonly BrickHeals[]> | null, trends: Trends | null): JsonObject {
  const capacity = capacityOf(volume);
  const found = heals?.known == null ? null : owed(heals.known);
  const level =
    capacity === null || capacity.sizeBytes === 0 ? null : { share: 1 - capacity.freeBytes / capacity.sizeBytes, free: capacity.freeBytes };
  return {
    name: volume.name,
    started: volume.started,
    level: level === null ? null : levelOf(trends, { kind: 'volume', name: volume.name }, level),
    away: volume.started ? [...bricksAway(volume)] : [],
    heals: found === null ? null : { pending: found.pending.length, split: found.splitBrain.length, silent: found.silent.length },
    problem: heals === null ? null : heals.problem,
  };
}

/** Where volumes are mounted; `problem` says why nobody can tell. @param volume of this one alone */
export function mountsPart({ known, problem }: Known<readonly MountView[]>, volume: string | null = null): JsonObject {
  return { problem, list: (known ?? []).filter((mount) => volume === null || mount.volume === volume).map((mount) => ({ ...mount })) };
}

/** A peer that the others refuse may be connected all the same. */
const IN_CLUSTER = 'Peer in Cluster';

/** How the machines themselves are, and what is wrong with them; `problem` says why nobody can tell. */
export function poolPart({ known: pool, problem }: Known<Pool>): JsonObject {
  if (pool === null) return { problem, peers: [], away: [], refused: [], versions: [], behind: false };
  const versions = Object.values(pool.versions).filter((version) => version !== null);
  const peers = pool.peers.map((peer) => ({ ...peer, well: peer.connected && peer.state === IN_CLUSTER }));
  return {
    problem,
    seen_by: pool.seenBy,
    peers,
    refused: peers.filter(({ connected, well }) => connected && !well),
    away: pool.peers.filter(({ connected }) => !connected).map(({ host }) => host),
    versions: new Set(versions).size > 1 ? Object.entries(pool.versions).map(([host, version]) => ({ host, version })) : [],
    behind: pool.opVersion < pool.mostOpVersion,
  };
}

/** @returns null where none are configured */
async function storagesPart({ hypervisor }: Sources, trends: Trends | null, signal: AbortSignal): Promise<JsonObject | null> {
  const storages = await knownWithin(ASK_MS, signal, (ends) => hypervisor.storages(ends));
  if (isAbsent(storages)) return null;
  const list = (storages.known ?? []).map(({ node, name, sizeBytes, usedBytes, active, unknown }): JsonObject => {
    const level = active && sizeBytes > 0 ? { share: usedBytes / sizeBytes, free: sizeBytes - usedBytes } : null;
    const vessel = { kind: 'storage', node, name } as const;
    return { node, name, active, unknown, level: level === null ? null : levelOf(trends, vessel, level) };
  });
  return { problem: storages.problem, list: list.toSorted((one, other) => shareOf(other) - shareOf(one)) };
}

function shareOf({ level }: JsonObject): number {
  const share: Json | undefined = typeof level === 'object' && level !== null && 'share' in level ? level['share'] : undefined;
  return typeof share === 'number' ? share : 2;
}

async function hostPart({ hosts }: Sources, host: string, trends: Trends | null, signal: AbortSignal): Promise<JsonObject> {
  const systems = await knownWithin(ASK_MS, signal, (ends) => hosts.fileSystems(host, ends));
  const list = (systems.known ?? []).map(({ mount, sizeBytes, usedBytes, usedShare: share }) => ({
    mount,
    // As `df` counts: what only root may fill is neither used nor free.
    level: levelOf(
      trends,
      { kind: 'disk', host, mount },
      { share, free: Math.round(share === 0 ? sizeBytes : usedBytes / share - usedBytes) },
    ),
  }));
  return { host, problem: systems.problem, list };
}
