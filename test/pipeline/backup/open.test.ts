import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backup } from '#domain/backup/backup.ts';
import { backupScene, type BackupScene } from './scene.ts';

const DUMP = 'databases/pad/20261102T120000Z-p7k.dump';

let scene: BackupScene;
let backup: Backup;
let content: Buffer;
beforeEach(async () => {
  scene = await backupScene();
  backup = await scene.backups.take('pad', scene.options('p7k'));
  content = scene.main.content(DUMP);
});
afterEach(() => scene.store.close());

const opened = (): Promise<AsyncIterable<Uint8Array>> => scene.backups.open(backup, scene.options('r9s'));
const state = async (): Promise<unknown> => await scene.store.backups.backup(backup);

describe('opening a backup', () => {
  it('gives what was written', async () => {
    expect((await buffer(await opened())).equals(content)).toBe(true);
  });

  it('gives nothing of what was changed, and marks it bad', async () => {
    scene.main.damage(DUMP);
    await expect(opened()).rejects.toMatchObject({ code: 'backup_damaged', params: { target: 'pad', backup: 'p7k', path: DUMP } });
    expect(await state()).toMatchObject({ state: 'bad', reason: 'damaged' });
    expect(scene.logged).toContain('a backup is damaged');
  });

  it('gives nothing of what was cut off or grew', async () => {
    for (const changed of [content.subarray(0, -1), Buffer.concat([content, Buffer.from('x')])]) {
      scene.main.put(DUMP, changed);
      await expect(opened()).rejects.toMatchObject({ code: 'backup_damaged' });
    }
  });

  it('notices what is changed between the look and the use', async () => {
    const stream = await opened();
    scene.main.damage(DUMP);
    await expect(buffer(stream)).rejects.toMatchObject({ code: 'backup_damaged' });
  });

  it('believes the ledger, whatever the manifest says', async () => {
    const { main } = scene;
    main.put(DUMP, 'drop database pad;');
    main.put(DUMP.replace('.dump', '.json'), JSON.stringify({ ...backup, bytes: 18, sha256: 'f'.repeat(64) }));
    await expect(opened()).rejects.toMatchObject({ code: 'backup_damaged' });
  });

  it('reads a copy where the main place has lost it, but never a sealed one', async () => {
    const { backups, main, bob, options } = scene;
    backup = await backups.copy(backup, options('p7k'));
    await main.remove(DUMP);
    expect((await buffer(await opened())).equals(content)).toBe(true);
    bob.unreachable = 'no route to host';
    await expect(opened()).rejects.toMatchObject({ code: 'file_unknown', params: { place: 'main', path: DUMP } });
    expect(await state()).toMatchObject({ state: 'good' });
  });

  it('reads a copy where the main place is damaged or away', async () => {
    const { backups, main, options } = scene;
    backup = await backups.copy(backup, options('p7k'));
    main.damage(DUMP);
    expect((await buffer(await opened())).equals(content)).toBe(true);
    main.unreachable = 'not mounted';
    expect((await buffer(await opened())).equals(content)).toBe(true);
    expect(await state()).toMatchObject({ state: 'good' });
  });

  it('gives nothing of a copy that was changed either', async () => {
    const { backups, main, bob, options } = scene;
    backup = await backups.copy(backup, options('p7k'));
    main.damage(DUMP);
    bob.damage(DUMP);
    await expect(opened()).rejects.toMatchObject({ code: 'backup_damaged' });
    expect(await state()).toMatchObject({ state: 'bad' });
  });

  it('stops with its signal', async () => {
    const [abort, reason] = [new AbortController(), new Error('enough')];
    scene.main.stallNext('digest');
    const opening = scene.backups.open(backup, scene.options('r9s', abort.signal));
    setImmediate(() => abort.abort(reason));
    await expect(opening).rejects.toBe(reason);
    expect(await state()).toMatchObject({ state: 'good' });
  });
});
