import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { sha256 } from '#kernel/hash.ts';
import { nearest } from '#kernel/nearest.ts';
import { nameOf, parseVolumeFile } from '#domain/volume/entry.ts';
import type {
  BrickHeals,
  BrickName,
  Crawls,
  MountState,
  MountView,
  Pool,
  Quota,
  SetAside,
  Side,
  Volumes,
  VolumeView,
} from '#ports/volumes.ts';
import { LabBrick, type Held } from './brick.ts';
import { gfidOf, LabVolume } from './lab-volume.ts';

const MACHINES = ['pica01', 'pica02'] as const;
/** Where copies are kept. */
const ASIDE = '/var/lib/vigie-aside';

/** A GlusterFS in memory over pica01 and pica02: volumes `data` (replica 2, at /DATA on both) and `vault` (with an arbiter). */
export class MemoryVolumes implements Volumes {
  readonly #clock: Clock;
  readonly data: LabVolume;
  readonly vault: LabVolume;
  /** By machine, how /DATA is. */
  readonly mountStates = new Map<string, MountState>(MACHINES.map((host) => [host, 'mounted']));
  /** By machine and path: what was set aside. */
  readonly aside = new Map<string, string>();
  /** What every question fails with. */
  trouble: VigieError | null = null;
  /** Machines whose bricks vigie can't look at. */
  readonly hidden = new Set<string>();
  /** How long each answer takes. */
  delayMs = 0;
  versions: Record<string, string | null> = { pica01: '10.3', pica02: '10.3' };
  opVersion = 100_000;
  mostOpVersion = 100_000;
  peerConnected = true;
  peerState = 'Peer in Cluster';

  constructor(clock: Clock) {
    this.#clock = clock;
    const brick = (host: string, name: string, arbiter = false): LabBrick => new LabBrick(host, `/srv/bricks/${name}`, arbiter);
    this.data = new LabVolume('data', [brick('pica01', 'data'), brick('pica02', 'data')]);
    this.vault = new LabVolume('vault', [brick('pica01', 'vault'), brick('pica02', 'vault'), brick('pica01', 'vault-arbiter', true)]);
  }

  async list(signal?: AbortSignal): Promise<readonly VolumeView[]> {
    await this.#answering(signal);
    return [this.data.view(), this.vault.view()];
  }

  async heals(volume: string, signal?: AbortSignal): Promise<readonly BrickHeals[]> {
    await this.#answering(signal);
    return this.#called(volume).told();
  }

  async pool(signal?: AbortSignal): Promise<Pool> {
    await this.#answering(signal);
    const { versions, opVersion, mostOpVersion } = this;
    const peers = [{ host: 'pica02', connected: this.peerConnected, state: this.peerState }];
    return { seenBy: 'pica01', peers, versions, opVersion, mostOpVersion };
  }

  async quota(volume: string, signal?: AbortSignal): Promise<readonly Quota[] | null> {
    await this.#answering(signal);
    const { limitBytes } = this.#called(volume);
    return limitBytes === null ? null : [{ path: '/', limitBytes, usedBytes: 0 }];
  }

  async mounts(signal?: AbortSignal): Promise<readonly MountView[]> {
    signal?.throwIfAborted();
    await this.#slow(signal);
    return [...this.mountStates].map(([host, wanted]) => {
      const state = this.trouble === null ? wanted : 'unknown';
      return { host, path: '/DATA', volume: 'data', state, reason: state === 'mounted' ? null : REASONS[state] };
    });
  }

  async crawls(volume: string, signal?: AbortSignal): Promise<Crawls> {
    await this.#answering(signal);
    return { ended: this.#called(volume).crawls, running: 0 };
  }

  async sides(volume: string, file: string, signal?: AbortSignal): Promise<readonly Side[]> {
    await this.#answering(signal);
    const { bricks } = this.#called(volume);
    const path = pathOf(file, bricks);
    const sides = bricks
      .filter(({ arbiter }) => !arbiter)
      .map((brick): Side => {
        this.#requireSeen(brick);
        const held = brick.files.get(path);
        const at = { machine: brick.host, host: brick.host, path: brick.path };
        if (held === undefined) return { ...at, kind: 'missing', bytes: 0, writtenAt: 0 };
        return { ...at, kind: 'file', bytes: held.content.length, writtenAt: Math.floor(held.writtenAt / 1_000) * 1_000 };
      });
    return sides.some(({ kind }) => kind !== 'missing') ? sides : [];
  }

  /** Orders to heal that no daemon hears. */
  deaf = 0;

  async digest(side: BrickName, file: string, signal?: AbortSignal): Promise<string> {
    await this.#answering(signal);
    return sha256(this.#held(side, file).content);
  }

  async heal(volume: string, how: 'index' | 'full', signal?: AbortSignal): Promise<void> {
    await this.#answering(signal);
    const named = this.#called(volume);
    if (this.deaf > 0) {
      this.deaf -= 1;
      return;
    }
    named.heal(how, this.#clock.now());
  }

  async setAside(side: BrickName, file: string, folder: string, signal?: AbortSignal): Promise<SetAside> {
    await this.#answering(signal);
    const { content } = this.#held(side, file);
    const path = `${ASIDE}/${folder}${side.path}${file}`;
    const kept = this.aside.get(`${side.host}:${path}`) ?? content;
    this.aside.set(`${side.host}:${path}`, kept);
    return { machine: side.host, path, bytes: kept.length, sha256: sha256(kept) };
  }

  async settle(volume: string, file: string, from: BrickName, signal?: AbortSignal): Promise<void> {
    await this.#answering(signal);
    const { bricks } = this.#called(volume);
    const done = this.#called(volume).settle(pathOf(file, bricks), this.#brick(from), this.#clock.now());
    if (!done)
      throw new VigieError('gluster_refused', {
        host: 'pica01',
        command: 'gluster volume heal',
        reason: `Healing ${file} failed: File not in split-brain.`,
      });
  }

  /** Each brick takes a file to be its own, with another content: as after both were away, one after the other. */
  split(file: string, contents: Readonly<Record<string, string>>): void {
    for (const brick of this.data.bricks) {
      const others = this.data.bricks.filter((other) => other !== brick);
      brick.take(file, { content: contents[brick.host] ?? '', now: this.#clock.now(), missing: others });
    }
  }

  brickOf(host: string): LabBrick {
    const found = this.data.bricks.find((brick) => brick.host === host);
    if (found === undefined) throw new Error(`no brick of data on ${host}`);
    return found;
  }

  #brick({ host, path }: BrickName): LabBrick {
    const found = [...this.data.bricks, ...this.vault.bricks].find((brick) => brick.host === host && brick.path === path);
    if (found === undefined) throw new VigieError('brick_elsewhere', { brick: `${host}:${path}`, host });
    return found;
  }

  #held(side: BrickName, file: string): Held {
    const brick = this.#brick(side);
    this.#requireSeen(brick);
    const held = brick.files.get(pathOf(file, [brick]));
    if (held === undefined) throw new VigieError('volume_path', { path: file });
    return held;
  }

  #requireSeen({ host, path }: LabBrick): void {
    if (this.hidden.has(host)) throw new VigieError('brick_elsewhere', { brick: `${host}:${path}`, host });
  }

  #called(volume: string): LabVolume {
    const all = [this.data, this.vault];
    const found = all.find(({ name }) => name === volume);
    if (found !== undefined) return found;
    const known = all.map(({ name }) => name);
    throw new VigieError('volume_unknown', { volume, nearest: nearest(volume, known), known });
  }

  async #answering(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await this.#slow(signal);
    if (this.trouble !== null) throw this.trouble;
  }

  async #slow(signal: AbortSignal | undefined): Promise<void> {
    if (this.delayMs > 0) await this.#clock.sleep(this.delayMs, signal);
    signal?.throwIfAborted();
  }
}

const REASONS: Readonly<Record<Exclude<MountState, 'mounted'>, string>> = {
  missing: 'nothing is mounted there',
  stale: '/DATA: Transport endpoint is not connected',
  unknown: 'connect ECONNREFUSED',
};

/** @throws volume_path */
function pathOf(file: string, bricks: readonly LabBrick[]): string {
  const read = parseVolumeFile(file);
  if (read === null) throw new VigieError('volume_path', { path: file });
  if (read.by === 'path') return read.path;
  const known = bricks.flatMap((brick) => [...brick.files.keys()]).find((path) => gfidOf(path) === read.gfid);
  return known ?? nameOf({ path: null, gfid: read.gfid });
}
