import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kyselyOver, openSqlite, type Db } from '#adapters/store/database.ts';
import { createSyncing } from '#adapters/store/syncing.ts';
import { StoreConflict } from '#ports/store.ts';
import { ManualClock } from '#test/lab/clock.ts';
import { clock, freshStore, say } from './fixtures.ts';

/** Source: https://sqlite.org/pragma.html#pragma_synchronous */
const [NORMAL, FULL] = [1, 2];

describe('what is noted', () => {
  it('is there for whoever comes after vigie was killed', async () => {
    const { store, file, remove } = await freshStore('file');
    await store.operations.note({ seen: 'post:2', say: [say({ kind: 'create', key: 'answer:post:2' })] });
    const other = new DatabaseSync(file, { readOnly: true });
    expect(other.prepare('select key from says').all()).toEqual([{ key: 'answer:post:2' }]);
    other.close();
    await remove();
  });

  it('is refused alone where it was noted before, and the others of its moment stay', async () => {
    const { store, remove } = await freshStore();
    const noted = await Promise.allSettled(['post:2', 'post:1', 'post:3'].map((seen) => store.operations.note({ seen })));
    expect(noted.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(noted[1]).toMatchObject({ reason: expect.any(StoreConflict) });
    await store.operations.settled();
    await remove();
  });

  it('never comes to the disk behind what is committed later', async () => {
    const { store, remove } = await freshStore('file');
    await store.operations.note({ audit: [{ kind: 'read', operation: null, by: 'alice', detail: {} }] });
    await store.operations.commit({ audit: [{ kind: 'voted', operation: 'p7k', by: 'bob', detail: {} }] });
    const kinds = (await store.audit.entries({ since: 0, limit: 10 })).map(({ kind }) => kind);
    expect(kinds).toEqual(['read', 'voted']);
    expect(await store.audit.verify()).toMatchObject({ entries: 2, broken: null });
    await remove();
  });
});

describe('the disk', () => {
  let folder: string;
  let sqlite: DatabaseSync;
  let db: Db;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vigie-store-'));
    sqlite = openSqlite(join(folder, 'vigie.db'));
    sqlite.exec('create table facts (name text, value text)');
    db = kyselyOver(sqlite);
  });
  afterEach(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const level = (): unknown => sqlite.prepare('pragma synchronous').get()?.['synchronous'];
  const write = async (own: Db): Promise<unknown> => {
    await own.insertInto('facts').values({ name: 'a', value: 'b' }).execute();
    return level();
  };

  it('is waited for by what is committed, and not by what is noted', async () => {
    const syncing = createSyncing(sqlite, db, clock, join(folder, 'vigie.db-wal'));
    expect(await syncing.lazily(write)).toBe(NORMAL);
    expect(await write(db)).toBe(FULL);
    await expect(syncing.lazily(() => Promise.reject(new Error('in vain')))).rejects.toThrow('in vain');
    expect(level()).toBe(FULL);
    await syncing.settled();
    await syncing.close();
  });

  it('is waited for by everything once it refused', async () => {
    const time = new ManualClock();
    // Nobody can sync it.
    const syncing = createSyncing(sqlite, db, time, '/dev/null');
    expect(await syncing.lazily(write)).toBe(NORMAL);
    await expect(syncing.settled()).rejects.toThrow('EINVAL');
    expect(await syncing.lazily(write)).toBe(FULL);
    await syncing.close();
  });

  it('has it at last after a moment, also where nobody asks', async () => {
    const time = new ManualClock();
    const syncing = createSyncing(sqlite, db, time, '/dev/null');
    await syncing.lazily(write);
    await time.advance(1_000);
    await expect.poll(() => syncing.lazily(write)).toBe(FULL);
    await syncing.close();
  });
});
