import { mkdtemp, readdir, rename, rm, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe } from 'vitest';
import { createDirectoryPlace } from '#adapters/places/create-places.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { MemoryPlace } from '#test/lab/places/memory-place.ts';
import { filePlaceContract } from './place-files.contract.ts';
import { placeContract, type PlaceStage } from './place.contract.ts';

async function inMemory(): Promise<PlaceStage> {
  const place = new MemoryPlace('memory', new ManualClock());
  return {
    place,
    put: async (path, content) => await Promise.resolve(place.put(path, content)),
    files: async () => await Promise.resolve(place.paths),
    vanish: async () => await Promise.resolve(void (place.unreachable = 'not mounted')),
    stop: async () => await Promise.resolve(),
  };
}

async function inFolder(): Promise<PlaceStage> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-place-'));
  return {
    place: createDirectoryPlace({ name: 'directory', directory: folder, marker: null }),
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

describe('a place in memory', () => placeContract(inMemory));
describe('a place in a folder', () => placeContract(inFolder));
describe('a folder as a place', () => {
  filePlaceContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vigie-place-'));
    return {
      folder,
      open: (directory, marker) => createDirectoryPlace({ name: 'directory', directory, marker: marker ?? null }),
      stop: () => rm(folder, { recursive: true, force: true }),
    };
  });
});
