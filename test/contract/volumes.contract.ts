import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#kernel/hash.ts';
import { owed, type Owed } from '#domain/volume/heals.ts';
import type { Volumes } from '#ports/volumes.ts';

/** Two machines, pica01 and pica02, with a volume `data` (replica 2) and a volume `vault` (replica 2 and an arbiter on pica01). */
export interface VolumesLab {
  readonly volumes: Volumes;
  /** The same without anybody who answers. */
  readonly away: Volumes;
  /** Writes to the volume `data` as somebody does who has it mounted. */
  write(file: string, content: string): Promise<void>;
  /** What whoever has it mounted reads. @throws an error where GlusterFS gives none */
  read(file: string): Promise<string>;
  /** What a brick of `data` itself holds. */
  onBrick(host: string, file: string): Promise<string>;
  /** A file disappears from a brick of `data`, and GlusterFS isn't told. @returns that brick's host */
  lose(file: string): Promise<string>;
  killBrick(host: string): Promise<void>;
  /** Starts all bricks of `data` again, and waits until they are there. */
  startBricks(): Promise<void>;
  /** Both bricks of `data` take a file to be theirs, each with another content. */
  split(file: string, contents: { readonly pica01: string; readonly pica02: string }): Promise<void>;
  /** `data` is to be mounted at /DATA on both machines. */
  unmount(host: string): Promise<void>;
  /** Its client over there dies, and leaves the mount behind. */
  killClient(host: string): Promise<void>;
  mount(host: string): Promise<void>;
  /** What a machine holds under a path. */
  fileOn(host: string, path: string): Promise<string>;
  limit(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** What every implementation of the port promises. */
export function volumesContract(name: string, open: () => Promise<VolumesLab>): void {
  describe(`volumes: ${name}`, () => {
    let lab: VolumesLab;
    beforeAll(async () => {
      lab = await open();
    });
    afterAll(() => lab.close());

    const owedNow = async (): Promise<Owed> => owed(await lab.volumes.heals('data'));
    const PATIENCE = { timeout: 150_000, interval: 300 };
    const healed = (): Promise<void> => expect.poll(owedNow, PATIENCE).toMatchObject({ pending: [], silent: [] });

    it('are listed with their bricks, and with what is free', async () => {
      const [data, vault] = await lab.volumes.list();
      expect(data).toMatchObject({ name: 'data', kind: 'Replicate', started: true, replicas: 2, arbiters: 0, disperse: 0 });
      expect(data?.bricks.map(({ host, online, arbiter }) => ({ host, online, arbiter }))).toEqual([
        { host: 'pica01', online: true, arbiter: false },
        { host: 'pica02', online: true, arbiter: false },
      ]);
      for (const { sizeBytes, freeBytes } of data?.bricks ?? []) expect(freeBytes ?? 0).toBeLessThanOrEqual(sizeBytes ?? 0);
      expect(vault).toMatchObject({ name: 'vault', replicas: 3, arbiters: 1 });
      expect(vault?.bricks.map(({ host, arbiter }) => `${host} ${arbiter}`)).toEqual(['pica01 false', 'pica02 false', 'pica01 true']);
    });

    it('know their machines', async () => {
      const pool = await lab.volumes.pool();
      expect(pool.peers.map(({ connected }) => connected)).toEqual([true]);
      expect(pool.opVersion).toBe(pool.mostOpVersion);
      expect(Object.keys(pool.versions)).toEqual(['pica01', 'pica02']);
      for (const version of Object.values(pool.versions)) expect(version).toMatch(/^\d+\.\d+/u);
    });

    it('tell of a brick that is down, of what it misses meanwhile, and heal it', async () => {
      await lab.write('/docs/note.txt', 'one');
      await lab.killBrick('pica02');
      await lab.write('/docs/note.txt', 'two');
      const [data] = await lab.volumes.list();
      expect(data?.bricks.map(({ host, online }) => `${host} ${online}`)).toEqual(['pica01 true', 'pica02 false']);
      expect(await owedNow()).toMatchObject({
        // A folder that was made a moment before may be owed, too: a client tells of that a second later.
        pending: expect.arrayContaining(['/docs/note.txt']),
        splitBrain: [],
        silent: [expect.stringMatching(/^pica02:\//u)],
      });
      await lab.startBricks();
      await lab.volumes.heal('data', 'index');
      await healed();
      expect(await lab.onBrick('pica02', '/docs/note.txt')).toBe('two');
    });

    it('are walked through when they are healed whole; what GlusterFS was never told of is back, at the latest once somebody opens it', async () => {
      await lab.write('/docs/lost.txt', 'here');
      const host = await lab.lose('/docs/lost.txt');
      const { ended } = await lab.volumes.crawls('data');
      await lab.volumes.heal('data', 'full');
      await expect.poll(async () => (await lab.volumes.crawls('data')).ended, PATIENCE).toBeGreaterThan(ended);
      // What is missing on the brick that is walked through, or that its process still remembers, no walk finds.
      expect(await lab.read('/docs/lost.txt')).toBe('here');
      // Whoever opens it may leave it to the daemon, which looks by itself every ten minutes only.
      await lab.volumes.heal('data', 'index');
      await healed();
      expect(await lab.onBrick(host, '/docs/lost.txt')).toBe('here');
    });

    it('show both sides of a split-brain, and heal it from the one that is chosen, once the other is kept', async () => {
      const file = "/docs/l'été & <co>.txt";
      await lab.split(file, { pica01: 'the first', pica02: 'another' });
      expect(await owedNow()).toMatchObject({ splitBrain: expect.arrayContaining([file]), pending: [], silent: [] });
      await expect(lab.read(file)).rejects.toThrow();
      const sides = await lab.volumes.sides('data', file);
      expect(sides.map(({ host, machine, kind, bytes }) => ({ host, machine, kind, bytes }))).toEqual([
        { host: 'pica01', machine: 'pica01', kind: 'file', bytes: 9 },
        { host: 'pica02', machine: 'pica02', kind: 'file', bytes: 7 },
      ]);
      for (const { writtenAt } of sides) expect(writtenAt).toBeGreaterThan(0);
      const [lost, kept] = sides;
      if (lost === undefined || kept === undefined) throw new Error('there are two sides');
      const copy = await lab.volumes.setAside(lost, file, 'p7k');
      expect(copy).toMatchObject({ machine: 'pica01', bytes: 9, sha256: sha256('the first') });
      expect(await lab.fileOn('pica01', copy.path)).toBe('the first');
      expect(await lab.volumes.setAside(lost, file, 'p7k')).toEqual(copy);
      await lab.volumes.settle('data', file, kept);
      expect((await owedNow()).splitBrain).not.toContain(file);
      await healed();
      expect(await lab.volumes.digest(lost, file)).toBe(sha256('another'));
      expect(await lab.volumes.digest(kept, file)).toBe(sha256('another'));
      expect(await lab.read(file)).toBe('another');
      await expect(lab.volumes.settle('data', file, kept)).rejects.toMatchObject({ code: 'gluster_refused' });
    });

    it('tell where they are mounted, and where no longer', async () => {
      const states = async (): Promise<readonly string[]> =>
        (await lab.volumes.mounts()).map(({ host, volume, state }) => `${host} ${volume} ${state}`);
      expect(await states()).toEqual(['pica01 data mounted', 'pica02 data mounted']);
      await lab.unmount('pica02');
      expect(await states()).toEqual(['pica01 data mounted', 'pica02 data missing']);
      await lab.mount('pica02');
      await lab.killClient('pica02');
      expect(await states()).toEqual(['pica01 data mounted', 'pica02 data stale']);
      await lab.unmount('pica02');
      await lab.mount('pica02');
      expect(await states()).toEqual(['pica01 data mounted', 'pica02 data mounted']);
    });

    it('tell of limits where there are some', async () => {
      expect(await lab.volumes.quota('vault')).toBeNull();
      await lab.limit(10_000_000);
      expect(await lab.volumes.quota('data')).toEqual([{ path: '/', limitBytes: 10_000_000, usedBytes: expect.any(Number) }]);
    });

    it('know no other volume, and no name that leads elsewhere', async () => {
      await expect(lab.volumes.heals('dat')).rejects.toMatchObject({
        code: 'volume_unknown',
        params: { volume: 'dat', nearest: 'data', known: ['data', 'vault'] },
      });
      await expect(lab.volumes.heal('dat', 'full')).rejects.toMatchObject({ code: 'volume_unknown' });
      for (const path of ['/docs/../../etc/passwd', 'docs/note.txt', '/.glusterfs/00', '/', '/a//b', '/a\nb'])
        await expect(lab.volumes.sides('data', path), path).rejects.toMatchObject({ code: 'volume_path' });
      expect(await lab.volumes.sides('data', '/docs/none.txt')).toEqual([]);
    });

    it('say that nobody answers', async () => {
      await expect(lab.away.list()).rejects.toMatchObject({ code: 'ssh_unreachable' });
      expect((await lab.away.mounts()).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    });

    it('end with their signal, with its reason', async () => {
      const reason = new Error('over');
      await expect(lab.volumes.list(AbortSignal.abort(reason))).rejects.toBe(reason);
      await expect(lab.volumes.mounts(AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
