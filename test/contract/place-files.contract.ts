import { mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Place } from '#ports/places.ts';
import { bytes } from './place.contract.ts';

/** A place over files, and the folder that they are in as the test sees it. */
export interface FilePlaceStage {
  readonly folder: string;
  /** @param marker a file that has to be in the folder */
  open(folder: string, marker?: string): Place;
  stop(): Promise<void>;
}

const DUMP = 'databases/pad/20261128T020000Z-p7k.dump';

/** What a place over files does with what a file system may hold. */
export function filePlaceContract(open: () => Promise<FilePlaceStage>): void {
  let stage: FilePlaceStage;
  let place: Place;
  beforeEach(async () => {
    stage = await open();
    place = stage.open(join(stage.folder, 'place'));
    await mkdir(join(stage.folder, 'place'));
  });
  afterEach(async () => {
    await place.close();
    await stage.stop();
  });

  const inside = (path: string): string => join(stage.folder, 'place', path);

  it('lets nobody else read its files', async () => {
    await place.write(DUMP, bytes(10));
    expect((await stat(inside(DUMP))).mode & 0o777).toBe(0o600);
    for (const folder of ['databases', 'databases/pad']) expect((await stat(inside(folder))).mode & 0o777).toBe(0o700);
  });

  it('never makes its own folder: where a disk is not mounted there is none', async () => {
    const absent = stage.open(join(stage.folder, 'absent'));
    await expect(absent.write(DUMP, bytes(10))).rejects.toMatchObject({
      code: 'place_unreachable',
      params: { reason: expect.stringContaining('absent') },
    });
    await expect(stat(join(stage.folder, 'absent'))).rejects.toThrow('ENOENT');
    await absent.close();
  });

  it('asks for its marker each time: the empty folder under a disk that is not mounted is not the disk', async () => {
    const marked = stage.open(join(stage.folder, 'place'), '.vigie-place');
    await expect(marked.write(DUMP, bytes(10))).rejects.toMatchObject({
      code: 'place_unreachable',
      params: { reason: expect.stringContaining('.vigie-place is missing') },
    });
    await writeFile(inside('.vigie-place'), '');
    await marked.write(DUMP, bytes(10));
    await rename(join(stage.folder, 'place'), join(stage.folder, 'unmounted'));
    await mkdir(join(stage.folder, 'place'));
    await expect(marked.digest(DUMP)).rejects.toMatchObject({ code: 'place_unreachable' });
    await marked.close();
  });

  it('is no file', async () => {
    await writeFile(join(stage.folder, 'file'), '');
    const odd = stage.open(join(stage.folder, 'file'));
    await expect(odd.space()).rejects.toMatchObject({
      code: 'place_unreachable',
      params: { reason: expect.stringContaining('is no folder') },
    });
    await odd.close();
  });

  it('may itself be reached over a link', async () => {
    await symlink(join(stage.folder, 'place'), join(stage.folder, 'link'));
    const linked = stage.open(join(stage.folder, 'link'));
    await linked.write(DUMP, bytes(10));
    expect((await stat(inside(DUMP))).size).toBe(10);
    await linked.close();
  });

  it('follows no link that leads out, to write, to read or to remove', async () => {
    await mkdir(join(stage.folder, 'outside/pad'), { recursive: true });
    await writeFile(join(stage.folder, 'outside/pad/secret'), 'secret');
    await symlink(join(stage.folder, 'outside'), inside('databases'));
    for (const ask of [
      () => place.write(DUMP, bytes(10)),
      () => place.read('databases/pad/secret'),
      () => place.remove('databases/pad/secret'),
      () => place.list('databases'),
    ])
      await expect(ask()).rejects.toMatchObject({ code: 'place_refused', params: { reason: 'is reached over a link' } });
    expect(await readFile(join(stage.folder, 'outside/pad/secret'), 'utf8')).toBe('secret');
    await expect(stat(join(stage.folder, `outside/pad/${DUMP}`))).rejects.toThrow('ENOENT');
  });

  it('takes a link for no file of its own', async () => {
    await writeFile(join(stage.folder, 'secret'), 'secret');
    await mkdir(inside('databases/pad'), { recursive: true });
    await symlink(join(stage.folder, 'secret'), inside(DUMP));
    await symlink(join(stage.folder, 'nothing'), inside(`${DUMP}.partial`));
    for (const ask of [() => place.read(DUMP), () => place.digest(DUMP), () => place.remove(DUMP)])
      await expect(ask()).rejects.toMatchObject({ code: 'place_refused', params: { path: DUMP, reason: 'is a link' } });
    await expect(place.write(DUMP, bytes(10))).rejects.toMatchObject({ code: 'place_exists' });
    expect(await place.list('databases')).toEqual([]);
    await expect(stat(join(stage.folder, 'nothing'))).rejects.toThrow('ENOENT');
  });

  it('takes a folder for no file', async () => {
    await mkdir(inside(DUMP), { recursive: true });
    for (const ask of [() => place.read(DUMP), () => place.remove(DUMP)])
      await expect(ask()).rejects.toMatchObject({ code: 'place_refused', params: { reason: 'is a folder' } });
    await expect(place.write(DUMP, bytes(10))).rejects.toMatchObject({ code: 'place_exists' });
  });

  it('says that a file stands where a folder should be', async () => {
    await writeFile(inside('databases'), '');
    await expect(place.write(DUMP, bytes(10))).rejects.toMatchObject({ params: { place: place.name } });
    expect(await readFile(inside('databases'), 'utf8')).toBe('');
  });

  it('passes over names that it would never give', async () => {
    await mkdir(inside('databases/pad/.git'), { recursive: true });
    for (const name of ['l’été.dump', 'a b', '.hidden', '.git/config']) await writeFile(inside(`databases/pad/${name}`), 'x');
    expect(await place.list('databases')).toEqual([]);
  });
}
