import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectoryPlace, createSftpPlace, type PlaceOptions } from '#adapters/places/create-places.ts';
import { createSealer } from '#adapters/places/age-sealer.ts';
import { connectRemote } from '#adapters/ssh/connect-remote.ts';
import type { Place } from '#ports/places.ts';
import { filePlaceContract } from '#test/contract/place-files.contract.ts';
import { bytes, placeContract, type PlaceStage } from '#test/contract/place.contract.ts';
import { privateKey, realSwarm } from './swarm.ts';

const DUMP = 'databases/pad/20261128T020000Z-p7k.dump';
const MIB = 1024 * 1024;

async function overSftp(options: PlaceOptions): Promise<Place> {
  const { ssh } = await realSwarm();
  return createSftpPlace(options, connectRemote({ ...ssh, privateKey: await privateKey(ssh) }));
}

const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'vigie-place-'));

async function sftpStage(): Promise<PlaceStage> {
  const folder = await freshFolder();
  return {
    place: await overSftp({ name: 'bob', directory: folder, marker: null }),
    async put(path, content) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    },
    async files() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
        .toSorted();
    },
    vanish: () => rename(folder, `${folder}-away`),
    async stop() {
      for (const path of [folder, `${folder}-away`]) await rm(path, { recursive: true, force: true });
    },
  };
}

describe('a place over SFTP', () => placeContract(sftpStage));

describe('a folder over SFTP as a place', () => {
  filePlaceContract(async () => {
    const [folder, { ssh }] = [await freshFolder(), await realSwarm()];
    const key = await privateKey(ssh);
    return {
      folder,
      open: (directory, marker) =>
        createSftpPlace({ name: 'bob', directory, marker: marker ?? null }, connectRemote({ ...ssh, privateKey: key })),
      stop: () => rm(folder, { recursive: true, force: true }),
    };
  });
});

const WAYS: readonly (readonly [string, (options: PlaceOptions) => Promise<Place>])[] = [
  ['on this machine', async (options) => await Promise.resolve(createDirectoryPlace(options))],
  ['over SFTP', overSftp],
];

describe.each(WAYS)('a small disk %s', (_where, open) => {
  let folder = '';
  let place: Place;
  beforeEach(async () => {
    folder = await freshFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'vigie-place', folder]);
    place = await open({ name: 'small', directory: folder, marker: null });
  });
  afterEach(async () => {
    await place.close();
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true });
  });

  it('says that it is full, and keeps nothing of what did not fit', async () => {
    await place.write('databases/pad/small', bytes(MIB));
    await expect(place.write(DUMP, bytes(50 * MIB))).rejects.toMatchObject({
      code: 'place_full',
      params: { place: 'small', needed: expect.any(Number), free: expect.any(Number) },
    });
    expect(await readdir(join(folder, 'databases/pad'))).toEqual(['small']);
    await place.write(DUMP, bytes(MIB));
  });

  it('says how much of it is free', async () => {
    await place.write(DUMP, bytes(2 * MIB));
    const { sizeBytes, freeBytes } = await place.space();
    expect(sizeBytes).toBe(8 * MIB);
    expect(freeBytes).toBeLessThanOrEqual(6 * MIB);
    expect(freeBytes).toBeGreaterThan(5 * MIB);
  });

  it('that may only be read says that it may not be written', async () => {
    await place.write(DUMP, bytes(10));
    execFileSync('mount', ['-o', 'remount,ro', folder]);
    for (const act of [() => place.write('databases/pad/other', bytes(10)), () => place.remove(DUMP)])
      await expect(act()).rejects.toMatchObject({
        params: { place: 'small' },
        code: expect.stringMatching(/^place_(unreachable|refused)$/),
      });
    expect(await place.digest(DUMP)).toMatchObject({ bytes: 10 });
  });
});

describe.each(WAYS)('a dump of half a gigabyte %s', (_where, open) => {
  it('is written and read in constant memory', { timeout: 400_000 }, async () => {
    const folder = await freshFolder();
    const place = await open({ name: 'large', directory: folder, marker: null });
    const [before, most] = [process.memoryUsage().rss, { rss: 0 }];
    const watch = (): void => void (most.rss = Math.max(most.rss, process.memoryUsage().rss));
    const written = await place.write(DUMP, bytes(500 * MIB, MIB, watch));
    expect(await place.digest(DUMP, { progress: watch })).toEqual(written);
    expect(most.rss - before).toBeLessThan(200 * MIB);
    await place.close();
    await rm(folder, { recursive: true });
  });
});

describe('a large dump that is sealed', () => {
  it('passes in constant memory', async () => {
    const folder = await freshFolder();
    const place = createDirectoryPlace({ name: 'large', directory: folder, marker: null });
    const sealer = createSealer('age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg');
    const [before, most] = [process.memoryUsage().rss, { rss: 0 }];
    await place.write(`${DUMP}.age`, sealer.seal(bytes(150 * MIB, MIB)), {
      progress: () => void (most.rss = Math.max(most.rss, process.memoryUsage().rss)),
    });
    expect(most.rss - before).toBeLessThan(100 * MIB);
    await rm(folder, { recursive: true });
  });
});

describe('a connection that breaks', () => {
  it('in the middle of a copy is said, and the copy can be made again', async () => {
    const folder = await freshFolder();
    const { ssh } = await realSwarm();
    const remote = connectRemote({ ...ssh, privateKey: await privateKey(ssh) });
    const place = createSftpPlace({ name: 'bob', directory: folder, marker: null }, remote);
    const breaking = async function* (): AsyncGenerator<Uint8Array> {
      yield* bytes(2 * MIB);
      const { stdout } = await remote.exec(['sh', '-c', 'echo $PPID']);
      await remote.exec(['kill', stdout.trim()]).catch(() => null);
      yield* bytes(50 * MIB);
    };
    await expect(place.write(DUMP, breaking())).rejects.toMatchObject({ code: 'ssh_unreachable' });
    // Tidied over a new connection.
    expect(await readdir(join(folder, 'databases/pad'))).toEqual([]);
    await place.write(DUMP, bytes(MIB));
    expect((await readFile(join(folder, DUMP))).length).toBe(MIB);
    await unlink(join(folder, DUMP));
    await place.close();
    await rm(folder, { recursive: true });
  });
});
