import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MIGRATIONS } from '#adapters/store/migrations.ts';
import { openStore } from '#adapters/store/store.ts';
import type { Store } from '#ports/store.ts';
import { aBackup } from '#test/domain/backup/a-backup.ts';
import { ManualClock } from '#test/lab/clock.ts';

const HOUR = 3_600_000;
const clock = new ManualClock();
const FIRST = aBackup();

let store: Store;
beforeEach(async () => {
  store = await openStore(':memory:', clock);
});
afterEach(() => store.close());

const ids = async (filter: Partial<Parameters<Store['backups']['backups']>[0]> = {}): Promise<readonly string[]> =>
  (await store.backups.backups({ target: null, limit: 100, ...filter })).map(({ id }) => id);

describe('backups in the store', () => {
  it('come back as they were, newest first', async () => {
    const second = aBackup({ id: 'q2z', at: FIRST.at + HOUR, state: 'suspect', reason: 'smaller', scheduled: false });
    await store.operations.commit({ backups: [FIRST] });
    await store.operations.commit({ backups: [second] });
    expect(await store.backups.backups({ target: 'pad', limit: 10 })).toEqual([second, FIRST]);
  });

  it('are one for each operation and target: what became of it replaces what was known', async () => {
    await store.operations.commit({ backups: [FIRST, aBackup({ target: 'wiki' })] });
    await store.operations.commit({ backups: [{ ...FIRST, drilledAt: FIRST.at + HOUR }] });
    expect(await store.backups.backup({ kind: 'database', target: 'pad', id: 'p7k' })).toEqual({ ...FIRST, drilledAt: FIRST.at + HOUR });
    expect(await ids()).toEqual(['p7k', 'p7k']);
    expect(await ids({ target: 'pad' })).toEqual(['p7k']);
  });

  it('tell a database from a guest of the same name', async () => {
    await store.operations.commit({ backups: [FIRST, aBackup({ kind: 'vm', path: 'local:backup/vzdump-qemu-101.vma.zst' })] });
    expect(await ids({ kind: 'vm', target: 'pad' })).toEqual(['p7k']);
    expect(await store.backups.backup({ kind: 'vm', target: 'pad', id: 'p7k' })).toMatchObject({ kind: 'vm' });
    expect(await store.backups.backup({ kind: 'vm', target: 'wiki', id: 'p7k' })).toBeNull();
  });

  it('leave the list once they are removed, but are still known', async () => {
    const removed = { ...FIRST, prunedAt: FIRST.at + HOUR };
    await store.operations.commit({ backups: [FIRST, aBackup({ id: 'q2z' })] });
    await store.operations.commit({ backups: [removed] });
    expect(await ids()).toEqual(['q2z']);
    expect(await ids({ which: 'all' })).toEqual(['q2z', 'p7k']);
    expect(await ids({ which: 'remains' })).toEqual(['p7k']);
    await store.operations.commit({ backups: [{ ...removed, path: '' }] });
    expect(await ids({ which: 'remains' })).toEqual([]);
    expect(await store.backups.backup(FIRST)).toEqual({ ...removed, path: '' });
  });

  it('come in one transaction with all else', async () => {
    await store.operations.commit({ seen: 'post:1' });
    await expect(store.operations.commit({ seen: 'post:1', backups: [FIRST] })).rejects.toThrow('was decided already');
    expect(await ids()).toEqual([]);
  });

  it('find their table in a store that an earlier vigie made, whose rows stay', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-store-'));
    const file = join(folder, 'vigie.db');
    const fresh = await openStore(file, clock);
    await fresh.operations.commit({ seen: 'post:1' });
    await fresh.close();
    const sqlite = new DatabaseSync(file);
    sqlite.exec("drop table backups; drop table occurrences; drop table freezes; delete from kysely_migration where name >= '004'");
    sqlite.close();
    const migrated = await openStore(file, clock);
    await migrated.operations.commit({ backups: [FIRST] });
    expect(await migrated.backups.backups({ target: null, limit: 1 })).toEqual([FIRST]);
    expect(await migrated.operations.seen('post:1')).toBe(true);
    await migrated.close();
    rmSync(folder, { recursive: true });
    expect(Object.keys(MIGRATIONS)).toEqual(Object.keys(MIGRATIONS).toSorted());
  });
});
