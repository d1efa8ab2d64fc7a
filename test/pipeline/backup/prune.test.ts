import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backup } from '#domain/backup/backup.ts';
import { backupScene, type BackupScene } from './scene.ts';

const DAY = 86_400_000;
const OLD = 'databases/pad/20261102T120000Z-old.dump';

let scene: BackupScene;
let old: Backup;

/** One backup a day for nine days: the first one is older than a week. */
beforeEach(async () => {
  scene = await backupScene();
  const { backups, options, clock } = scene;
  old = await backups.copy(await backups.take('pad', options('old')), options('old'));
  for (const operation of ['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7']) {
    await clock.advance(DAY);
    await backups.take('pad', options(operation));
  }
});
afterEach(() => scene.store.close());

const ids = (backups: readonly Backup[]): readonly string[] => backups.map(({ id }) => id);

describe('pruning', () => {
  it('is foretold, with why the others stay', async () => {
    const { backups, clock } = scene;
    const view = await backups.prunable('pad', clock.now() + DAY);
    expect(ids(view.remove)).toEqual(['old', 'b1']);
    expect(view.keep).toBe(6);
    expect(view.kept.map(({ backup, why }) => [backup.id, why])[0]).toEqual(['b7', ['within', 'last']]);
    expect(ids((await backups.prunable('wiki', clock.now())).remove)).toEqual([]);
  });

  it('removes the file, its manifest and its copies, and says how much that frees', async () => {
    const { backups, main, bob, offsite, store, clock } = scene;
    const freed = await backups.prune(old);
    expect(freed).toBe(old.bytes + old.copies.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(main.paths.filter((path) => path.includes('old'))).toEqual([]);
    expect([...bob.paths, ...offsite.paths]).toEqual([]);
    expect(await store.backups.backup(old)).toMatchObject({ prunedAt: clock.now(), path: '', copies: [] });
    expect(ids(await backups.list({ target: 'pad', limit: 20 }))).not.toContain('old');
    await expect(backups.get('pad', 'old')).rejects.toMatchObject({ code: 'backup_unknown' });
  });

  it('does no harm when it is done twice', async () => {
    await scene.backups.prune(old);
    expect(await scene.backups.prune(old)).toBe(0);
  });

  it('refuses what retention keeps, also when somebody asks with an old view of it', async () => {
    const { backups, main, store } = scene;
    const kept = await backups.get('pad', 'b5');
    await expect(backups.prune({ ...kept, at: 0 })).rejects.toMatchObject({ code: 'backup_kept', params: { target: 'pad', backup: 'b5' } });
    expect(main.paths).toContain(kept.path);
    expect(await store.backups.backup(kept)).toEqual(kept);
  });

  it('removes nothing because of a suspect one', async () => {
    const { backups, store } = scene;
    for (const each of await backups.list({ target: 'pad', limit: 20 }))
      if (each.id !== 'old') await store.operations.commit({ backups: [{ ...each, state: 'suspect', reason: 'smaller' }] });
    await expect(backups.prune(old)).rejects.toMatchObject({ code: 'backup_kept' });
  });

  it('goes on where it broke off', async () => {
    const { backups, main, bob, offsite } = scene;
    bob.unreachable = 'no route to host';
    await expect(backups.prune(old)).rejects.toMatchObject({ code: 'place_unreachable' });
    expect(main.paths).not.toContain(OLD);
    expect(offsite.paths).toEqual([]);
    await expect(backups.get('pad', 'old')).rejects.toMatchObject({ code: 'backup_unknown' });
    bob.unreachable = null;
    const [remains] = (await backups.prunable('pad', scene.clock.now())).remove;
    expect(remains).toMatchObject({ id: 'old', copies: [{ place: 'bob' }] });
    await backups.prune(remains ?? old);
    expect(bob.paths).toEqual([]);
    expect(ids((await backups.prunable('pad', scene.clock.now())).remove)).not.toContain('old');
  });

  it('removes in the main place later what it could not now', async () => {
    const { backups, main, clock } = scene;
    main.failNext('remove', new Error('I/O error'));
    await expect(backups.prune(old)).rejects.toThrow('I/O error');
    expect(main.paths).toContain(OLD);
    expect(ids((await backups.prunable('pad', clock.now())).remove)).toContain('old');
    await backups.prune(old);
    expect(main.paths).not.toContain(OLD);
  });

  it('touches no file that vigie did not make', async () => {
    const { backups, main } = scene;
    main.put('databases/pad/20201102T120000Z-old.dump', 'theirs');
    await backups.prune(old);
    expect(String(main.content('databases/pad/20201102T120000Z-old.dump'))).toBe('theirs');
  });

  it('stops with its signal', async () => {
    const reason = new Error('enough');
    await expect(scene.backups.prune(old, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(scene.main.paths).toContain(OLD);
  });

  it('knows nothing of what is not in the ledger', async () => {
    await expect(scene.backups.prune({ ...old, id: 'zzz' })).rejects.toMatchObject({ code: 'backup_unknown' });
  });
});

describe('looking for backups', () => {
  it('finds one by its id, or by what it begins with where that says which', async () => {
    const { backups } = scene;
    expect(await backups.get('pad', 'b3')).toMatchObject({ id: 'b3' });
    expect(await backups.get('pad', 'ol')).toMatchObject({ id: 'old' });
  });

  it.each([
    ['b', 'b7'],
    ['odl', 'old'],
    ['zzzz', null],
    ['', null],
  ])('names the nearest one to %j', async (id, nearest) => {
    await expect(scene.backups.get('pad', id)).rejects.toMatchObject({
      code: 'backup_unknown',
      params: { target: 'pad', backup: id, nearest },
    });
  });

  it('lists those of one target, or of all', async () => {
    const { backups, databases, options } = scene;
    databases.addDatabase({ name: 'wiki', tables: { pages: 1 } });
    await backups.take('wiki', options('w1'));
    expect(ids(await backups.list({ target: 'pad', limit: 2 }))).toEqual(['b7', 'b6']);
    expect(ids(await backups.list({ target: null, limit: 2 }))).toEqual(['w1', 'b7']);
  });

  it('names files that the ledger does not know', async () => {
    const { backups, main } = scene;
    main.put('databases/pad/planted.dump', 'x');
    main.put('databases/pad/half.dump.partial', 'x');
    expect(await backups.strangers('pad')).toEqual(['databases/pad/planted.dump']);
    expect(await backups.strangers('wiki')).toEqual([]);
  });

  it('names those whose file somebody cut short or took away', async () => {
    const { backups, main } = scene;
    expect(await backups.amiss('pad')).toEqual([]);
    const [newest, older] = await backups.list({ target: 'pad', limit: 2 });
    main.put(newest?.path ?? '', 'cut');
    await main.remove(older?.path ?? '');
    expect(await backups.amiss('pad')).toEqual([
      { id: newest?.id, place: null, found: 3 },
      { id: older?.id, place: null, found: null },
    ]);
  });

  it('names copies that somebody cut short or took away, and says nothing of those that it can’t see', async () => {
    const { backups, bob, offsite, options } = scene;
    const [newest] = await backups.list({ target: 'pad', limit: 1 });
    if (newest === undefined) throw new Error('no backup');
    const { copies } = await backups.copy(newest, options('later'));
    expect(await backups.amiss('pad')).toEqual([]);
    const [first, second] = copies;
    bob.put(first?.path ?? '', 'cut');
    await offsite.remove(second?.path ?? '');
    expect(await backups.amiss('pad')).toEqual([
      { id: newest.id, place: 'bob', found: 3 },
      { id: newest.id, place: 'offsite', found: null },
    ]);
    bob.unreachable = 'no route to host';
    expect(await backups.amiss('pad')).toEqual([{ id: newest.id, place: 'offsite', found: null }]);
  });

  it('says how much room each place has, and why one cannot be used', async () => {
    const { backups, bob } = scene;
    bob.unreachable = 'no route to host';
    expect(await backups.places()).toMatchObject([
      { name: 'main', sealed: false, sizeBytes: 1_000_000_000, freeBytes: expect.any(Number), problem: null },
      { name: 'bob', sealed: false, sizeBytes: 0, freeBytes: 0, problem: { code: 'place_unreachable' } },
      { name: 'offsite', sealed: true, problem: null },
    ]);
  });
});
