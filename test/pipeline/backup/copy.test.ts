import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import type { Backup } from '#domain/backup/backup.ts';
import { backupScene, type BackupScene } from './scene.ts';

const DUMP = 'databases/pad/20261102T120000Z-p7k.dump';
const MANIFEST = 'databases/pad/20261102T120000Z-p7k.json';

let scene: BackupScene;
let backup: Backup;
beforeEach(async () => {
  scene = await backupScene();
  backup = await scene.backups.take('pad', scene.options('p7k'));
});
afterEach(() => scene.store.close());

const copied = (): Promise<Backup> => scene.backups.copy(backup, scene.options('p7k'));

describe('copies of a backup', () => {
  it('are the same elsewhere, and sealed where they leave the machines', async () => {
    const { bob, offsite, main, store } = scene;
    const made = await copied();
    expect(bob.paths).toEqual([DUMP, MANIFEST]);
    expect(bob.content(DUMP).equals(main.content(DUMP))).toBe(true);
    expect(offsite.paths).toEqual([`${DUMP}.age`, `${MANIFEST}.age`]);
    const sealed = offsite.content(`${DUMP}.age`);
    expect(String(sealed)).toMatch(/^age-encryption/);
    expect(made.copies).toEqual([
      { place: 'bob', path: DUMP, at: scene.clock.now(), bytes: backup.bytes, sha256: backup.sha256, sealed: false },
      {
        place: 'offsite',
        path: `${DUMP}.age`,
        at: scene.clock.now(),
        bytes: sealed.length,
        sha256: createHash('sha256').update(sealed).digest('hex'),
        sealed: true,
      },
    ]);
    expect(await store.backups.backup(backup)).toEqual(made);
  });

  it('carry nothing off site that can be read: the manifest neither', async () => {
    await copied();
    for (const path of scene.offsite.paths) expect(scene.offsite.content(path).includes('public.notes')).toBe(false);
  });

  it('are made once', async () => {
    const made = await copied();
    scene.bob.failNext('write', new Error('must not be called'));
    expect(await copied()).toEqual(made);
  });

  it('of one place that fails keep no other from its copy, and are made up for the next time', async () => {
    const { bob, offsite, store } = scene;
    bob.unreachable = 'no route to host';
    await expect(copied()).rejects.toMatchObject({
      code: 'copy_failed',
      params: { place: 'bob', problem: { code: 'place_unreachable', params: { place: 'bob', reason: 'no route to host' } } },
    });
    expect(offsite.paths).toHaveLength(2);
    expect((await store.backups.backup(backup))?.copies.map(({ place }) => place)).toEqual(['offsite']);
    bob.unreachable = null;
    expect((await copied()).copies.map(({ place }) => place)).toEqual(['offsite', 'bob']);
  });

  it('that are whole already are kept, when a crash came before they were entered', async () => {
    const { bob, main } = scene;
    bob.put(DUMP, main.content(DUMP));
    bob.put(`${DUMP}.partial`, 'half');
    await copied();
    expect(bob.paths).toEqual([DUMP, MANIFEST]);
  });

  it('are made anew where something else stands under their name', async () => {
    const { bob, offsite, main } = scene;
    bob.put(DUMP, 'something else');
    offsite.put(`${DUMP}.age`, 'something else');
    await copied();
    expect(bob.content(DUMP).equals(main.content(DUMP))).toBe(true);
    expect(String(offsite.content(`${DUMP}.age`))).toMatch(/^age-encryption/);
  });

  it('are not entered when the other disk gives back something else', async () => {
    const { bob, store } = scene;
    const digest = bob.digest.bind(bob);
    bob.digest = async (path, given) => {
      if (bob.paths.includes(path)) bob.damage(path);
      return await digest(path, given);
    };
    await expect(copied()).rejects.toMatchObject({ code: 'copy_failed', params: { place: 'bob', problem: { code: 'place_refused' } } });
    expect(bob.paths).toEqual([]);
    expect((await store.backups.backup(backup))?.copies.map(({ place }) => place)).toEqual(['offsite']);
  });

  it('of a damaged backup are none: it is marked bad', async () => {
    const { main, bob, offsite, store } = scene;
    main.damage(DUMP);
    await expect(copied()).rejects.toMatchObject({ code: 'backup_damaged', params: { target: 'pad', backup: 'p7k', path: DUMP } });
    expect([...bob.paths, ...offsite.paths]).toEqual([]);
    expect(await store.backups.backup(backup)).toMatchObject({ state: 'bad', reason: 'damaged' });
  });

  it.each([
    ['too full', (place: BackupScene['bob']) => void (place.otherBytes = place.sizeBytes * 0.9), 'storage_full'],
    ['full', (place: BackupScene['bob']) => void (place.otherBytes = place.sizeBytes), 'place_full'],
  ])('are not begun where it is %s', async (_what, fill, code) => {
    fill(scene.bob);
    await expect(copied()).rejects.toMatchObject({ code: 'copy_failed', params: { place: 'bob', problem: { code } } });
    expect(scene.bob.paths).toEqual([]);
  });

  it('stop with their signal, and the other places are not tried', async () => {
    const { bob, offsite, backups, options } = scene;
    const [abort, reason] = [new AbortController(), new Error('enough')];
    bob.stallNext('write');
    const copying = backups.copy(backup, options('p7k', abort.signal));
    setTimeout(() => abort.abort(reason), 20);
    await expect(copying).rejects.toBe(reason);
    expect([...bob.paths, ...offsite.paths]).toEqual([]);
  });

  it('of a guest are not made here', async () => {
    await expect(scene.backups.copy({ ...backup, kind: 'vm' }, scene.options('p7k'))).rejects.toThrow('its backups are in Proxmox');
  });

  it('are not forgotten by what is recorded by somebody who did not know of them', async () => {
    const made = await copied();
    await scene.backups.record({ ...backup, drilledAt: 5 });
    expect(await scene.store.backups.backup(backup)).toEqual({ ...made, drilledAt: 5 });
  });

  it('fail at once when the store does not answer', async () => {
    scene.store.operations.commit = () => Promise.reject(new VigieError('store_unavailable', { reason: 'disk full' }));
    await expect(copied()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(scene.offsite.paths).toEqual([]);
  });
});
