import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VigieError } from '#kernel/errors.ts';
import { backupScene, type BackupScene } from './scene.ts';

const HOUR = 3_600_000;

let scene: BackupScene;
beforeEach(async () => {
  scene = await backupScene();
});
afterEach(() => scene.store.close());

describe('taking a backup', () => {
  it('puts the dump into the main place, with a manifest for people, and enters it', async () => {
    const { backups, main, options, store } = scene;
    const backup = await backups.take('pad', options('p7k'));
    expect(main.paths).toEqual(['databases/pad/20261102T120000Z-p7k.dump', 'databases/pad/20261102T120000Z-p7k.json']);
    const content = main.content('databases/pad/20261102T120000Z-p7k.dump');
    expect(backup).toMatchObject({
      id: 'p7k',
      kind: 'database',
      target: 'pad',
      state: 'good',
      reason: null,
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      origin: expect.stringMatching(/^postgres \d/),
      tables: [
        { name: 'public.notes', rows: 120 },
        { name: 'public.users', rows: 4 },
      ],
      scheduled: true,
      copies: [],
    });
    expect(await store.backups.backup(backup)).toEqual(backup);
    const manifest: unknown = JSON.parse(String(main.content('databases/pad/20261102T120000Z-p7k.json')));
    expect(manifest).toMatchObject({ id: 'p7k', sha256: backup.sha256, tables: backup.tables, takenAt: '2026-11-02T12:00:00.000Z' });
  });

  it('writes the checksum into the audit, where nobody can change it later', async () => {
    const { sha256 } = await scene.backups.take('pad', scene.options('p7k'));
    expect(await scene.store.audit.entries({ since: 0, limit: 5 })).toMatchObject([
      { kind: 'backup', operation: 'p7k', detail: { change: 'taken', target: 'pad', sha256 } },
    ]);
  });

  it('tells how far it is', async () => {
    const told: number[] = [];
    const { bytes } = await scene.backups.take('pad', { ...scene.options('p7k'), progress: (so) => told.push(so) });
    expect(told.at(-1)).toBe(bytes);
  });

  it('is done once for each operation', async () => {
    const { backups, main, options, clock } = scene;
    const first = await backups.take('pad', options('p7k'));
    await clock.advance(HOUR);
    expect(await backups.take('pad', options('p7k'))).toEqual(first);
    expect(main.paths).toHaveLength(2);
  });

  it.each([
    ['whole, but not entered', 'databases/pad/20261102T110000Z-p7k.dump'],
    ['a manifest alone', 'databases/pad/20261102T110000Z-p7k.json'],
    ['broken off', 'databases/pad/20261102T110000Z-p7k.dump.partial'],
    ['broken off in the same second', 'databases/pad/20261102T120000Z-p7k.dump.partial'],
  ])('begins anew after a crash that left a file %s', async (_what, path) => {
    const { backups, main, options } = scene;
    main.put(path, 'who knows what this is');
    await backups.take('pad', options('p7k'));
    expect(main.paths).toEqual(['databases/pad/20261102T120000Z-p7k.dump', 'databases/pad/20261102T120000Z-p7k.json']);
  });

  it('leaves what other operations and other people made', async () => {
    const { backups, main, options } = scene;
    const theirs = [
      'databases/pad/20261102T110000Z-q7k.dump',
      'databases/pad/20261102T110000Z-q7k.dump.partial',
      'databases/pad/by-hand.dump',
    ];
    for (const path of theirs) main.put(path, 'theirs');
    await backups.take('pad', options('p7k'));
    for (const path of theirs) expect(String(main.content(path))).toBe('theirs');
  });

  it('clears away what broke off more than a day ago', async () => {
    const { backups, main, options, clock } = scene;
    main.put('databases/pad/20261102T110000Z-q7k.dump.partial', 'half');
    await clock.advance(25 * HOUR);
    await backups.take('pad', options('p7k'));
    expect(main.paths).not.toContain('databases/pad/20261102T110000Z-q7k.dump.partial');
  });

  it('keeps nothing of an empty dump, and says so', async () => {
    const { backups, databases, main, options } = scene;
    databases.dump = async function* () {
      yield Buffer.alloc(0);
    };
    await expect(backups.take('pad', options('p7k'))).rejects.toMatchObject({ code: 'dump_empty', params: { database: 'pad' } });
    expect(main.paths).toEqual([]);
    expect(await backups.list({ target: 'pad', limit: 5 })).toEqual([]);
  });

  it.each([
    ['empty', 'dump_empty'],
    ['killed', 'dump_failed'],
    ['complains', 'dump_failed'],
  ] as const)('keeps nothing of a dump whose client is %s', async (fault, code) => {
    const { backups, databases, main, options } = scene;
    databases.spoilDumps('pad', fault);
    await expect(backups.take('pad', options('p7k'))).rejects.toMatchObject({ code });
    expect(main.paths).toEqual([]);
  });

  it('keeps nothing of what the disk gives back differently', async () => {
    const { backups, main, options } = scene;
    const digest = main.digest.bind(main);
    main.digest = async (path, given) => {
      main.damage(path);
      return await digest(path, given);
    };
    await expect(backups.take('pad', options('p7k'))).rejects.toMatchObject({
      code: 'backup_damaged',
      params: { target: 'pad', backup: 'p7k' },
    });
    expect(main.paths).toEqual([]);
  });

  it('stops with its signal, and leaves nothing', async () => {
    const { backups, main, options, databases } = scene;
    const [abort, reason] = [new AbortController(), new Error('enough')];
    databases.stallNext('dump');
    const taking = backups.take('pad', options('p7k', abort.signal));
    setImmediate(() => abort.abort(reason));
    await expect(taking).rejects.toBe(reason);
    expect(main.paths).toEqual([]);
  });

  it.each([
    ['an unknown database', 'pda', 'database_unknown'],
    ['a path that leads out', '../pad', 'database_unknown'],
  ])('refuses %s', async (_what, database, code) => {
    await expect(scene.backups.take(database, scene.options('p7k'))).rejects.toMatchObject({ code });
    expect(scene.main.paths).toEqual([]);
  });

  it('says that the place is not there, before it asks the database for anything', async () => {
    const { backups, main, options, databases } = scene;
    main.unreachable = 'not mounted';
    databases.failNext('dump', new Error('must not be called'));
    await expect(backups.take('pad', options('p7k'))).rejects.toMatchObject({
      code: 'place_unreachable',
      params: { place: 'main', reason: 'not mounted' },
    });
  });

  it('says that the server is down', async () => {
    scene.databases.server('postgres').down = 'connection refused';
    await expect(scene.backups.take('pad', scene.options('p7k'))).rejects.toMatchObject({ code: 'database_server_down' });
  });

  it('enters nothing when the store does not answer, and begins anew', async () => {
    const { backups, store, options, main } = scene;
    const commit = store.operations.commit.bind(store.operations);
    store.operations.commit = () => Promise.reject(new VigieError('store_unavailable', { reason: 'disk full' }));
    await expect(backups.take('pad', options('p7k'))).rejects.toMatchObject({ code: 'store_unavailable' });
    store.operations.commit = commit;
    expect(await backups.strangers('pad')).toHaveLength(2);
    await backups.take('pad', options('p7k'));
    expect(await backups.strangers('pad')).toEqual([]);
    expect(main.paths).toHaveLength(2);
  });
});

describe('the room of a place', () => {
  it('must hold the last dump and a fifth more', async () => {
    const { backups, main, options } = scene;
    const { bytes } = await backups.take('pad', options('p7k'));
    main.sizeBytes = 1_000_000;
    main.otherBytes = 1_000_000 - 3 * bytes - 100;
    await expect(backups.take('pad', options('q2z'))).rejects.toMatchObject({
      code: 'storage_full',
      params: { storage: 'main', share: 100, limit: 85 },
    });
    main.otherBytes = 1_000_000 - bytes - 2_000;
    await expect(backups.take('pad', options('q2z'))).rejects.toMatchObject({
      code: 'place_full',
      params: { place: 'main', needed: Math.ceil(bytes * 1.2) },
    });
    expect(main.paths).toHaveLength(2);
  });

  it('is looked at while the first dump is written: nobody knows how large that becomes', async () => {
    const { backups, databases, main, options } = scene;
    databases.addDatabase({ name: 'wiki', tables: { 'public.pages': 5_000 } });
    main.sizeBytes = 50_000;
    await expect(backups.take('wiki', options('p7k'))).rejects.toMatchObject({ code: 'storage_full', params: { limit: 85 } });
    expect(main.paths).toEqual([]);
  });
});

describe('the size of a backup', () => {
  const taken = async (operation: string, rows: number): Promise<{ state: string; reason: string | null }> => {
    const { databases, backups, options, clock } = scene;
    databases.live('pad').tables.set(
      'public.notes',
      Array.from({ length: rows }, () => 'x'.repeat(1_000)),
    );
    await clock.advance(HOUR);
    return await backups.take('pad', options(operation));
  };

  it('is suspect when it is far from the last one; that one is what the next is compared with', async () => {
    expect(await taken('a1b', 2_000)).toMatchObject({ state: 'good' });
    expect(await taken('c2d', 3_000)).toMatchObject({ state: 'good' });
    expect(await taken('e3f', 7_000)).toMatchObject({ state: 'suspect', reason: 'larger' });
    expect(await taken('g4h', 7_000)).toMatchObject({ state: 'good', reason: null });
    expect(await taken('i5j', 10)).toMatchObject({ state: 'suspect', reason: 'smaller' });
  });

  it('says nothing while it is small', async () => {
    expect(await taken('a1b', 1)).toMatchObject({ state: 'good' });
    expect(await taken('c2d', 100)).toMatchObject({ state: 'good' });
  });
});
