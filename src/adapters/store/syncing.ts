import { open, type FileHandle } from 'node:fs/promises';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#kernel/clock.ts';
import { SYNC_WITHIN_MS } from '#ports/store.ts';
import type { Db } from './database.ts';

/** Runs writes; what comes of them is their own matter. */
export type Writing = <R>(act: (db: Db) => Promise<R>) => Promise<R>;

/** When what was written comes to the disk. SQLite waits for that by itself, on the thread that everything else waits for. */
export interface Syncing {
  /** For what outlives the process at once, and a power cut within SYNC_WITHIN_MS: nobody waits for the disk. */
  readonly lazily: Writing;
  /** All that was written until now is on the disk when this resolves. @throws when the disk refuses */
  readonly settled: () => Promise<void>;
  close(): Promise<void>;
}

/**
 * With `synchronous = normal` a commit is a write to the log, and no more; the log is synced from another thread, once for all that was written
 * in the meantime. What a later commit syncs comes behind it in the same file, so that nothing later can outlive it.
 * Source: https://sqlite.org/pragma.html#pragma_synchronous, https://sqlite.org/wal.html
 * @param log the write-ahead log; null for a store in memory, which no disk keeps
 */
export function createSyncing(sqlite: DatabaseSync, db: Db, clock: Clock, log: string | null): Syncing {
  const over = new AbortController();
  let file: Promise<FileHandle> | null = null;
  let unsynced = false;
  let waiting = false;
  let syncing: Promise<void> = Promise.resolve();
  // A disk that refused once isn't written to lazily any more: SQLite itself says then what is wrong.
  let refused = false;
  const sync = async (before: Promise<void>, path: string): Promise<void> => {
    await before.catch(() => undefined);
    try {
      file ??= open(path, 'r');
      await (await file).datasync();
    } catch (error) {
      refused = true;
      throw error;
    }
  };
  const settled = async (): Promise<void> => {
    if (log !== null && unsynced) {
      unsynced = false;
      syncing = sync(syncing, log);
    }
    await syncing;
  };
  const settleSoon = (): void => {
    unsynced = true;
    if (waiting || log === null) return;
    waiting = true;
    void clock.sleep(SYNC_WITHIN_MS, over.signal).then(() => {
      waiting = false;
      if (!over.signal.aborted) settled().catch(() => undefined);
    });
  };
  return {
    async lazily(act) {
      if (refused) return await act(db);
      return await db.connection().execute(async (own) => {
        sqlite.exec('pragma synchronous = normal');
        try {
          return await act(own);
        } finally {
          sqlite.exec('pragma synchronous = full');
          settleSoon();
        }
      });
    },
    settled,
    async close() {
      over.abort();
      await syncing.catch(() => undefined);
      const held = await file?.catch(() => null);
      file = null;
      await held?.close();
    },
  };
}
