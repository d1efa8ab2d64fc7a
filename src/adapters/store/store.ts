import { closeSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { freshShortId } from '#kernel/ids.ts';
import { reasonOf } from '#kernel/json.ts';
import type { Vote } from '#domain/operation/votes.ts';
import { LockConflict, StoreConflict, type Journal, type OperationStore, type Store } from '#ports/store.ts';
import { alertStore, pageBox } from './alerts.ts';
import { auditLog } from './audit.ts';
import { backupLedger } from './backups.ts';
import { giveBallast, type Ballast } from './ballast.ts';
import { readOperation, writeCommit } from './commit.ts';
import { groupCommit, isMereNote } from './group-commit.ts';
import { cursors } from './cursors.ts';
import { kyselyOver, openSqlite, type Db } from './database.ts';
import { ledger } from './ledger.ts';
import { freezeStore } from './freezes.ts';
import { rotaStore } from './rota.ts';
import { occurrenceStore } from './occurrences.ts';
import { MIGRATIONS } from './migrations.ts';
import { outbox } from './outbox.ts';
import { keepPrivate, keepPrivateIfThere, makePrivate } from './private-file.ts';
import { stored } from './stored.ts';
import { createSyncing, type Syncing, type Writing } from './syncing.ts';

const HANDOVER_MS = 10_000;
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Opens the store, creating and migrating it.
 * @param file a path, or `:memory:` for tests
 * @param use `alone` for whoever runs operations: a second one is refused; `shared` for whoever only looks
 * @param handoverMs how long the former vigie may take to let go
 * @throws VigieError store_unavailable when it can't be opened or migrated
 */
export async function openStore(
  file: string,
  clock: Clock,
  use: 'alone' | 'shared' = 'alone',
  handoverMs: number = HANDOVER_MS,
): Promise<Store> {
  let alone: DatabaseSync | null = null;
  try {
    if (file !== ':memory:') keepAllPrivate(file);
    alone = use === 'alone' && file !== ':memory:' ? holdAlone(`${file}.lock`, handoverMs) : null;
    const held = alone;
    const sqlite = openSqlite(file);
    const db = kyselyOver(sqlite);
    await migrate(db);
    const ballast = giveBallast(file);
    const syncing = createSyncing(sqlite, db, clock, file === ':memory:' ? null : `${file}-wal`);
    return {
      operations: operationStore(db, syncing, clock, ballast),
      journal: journal(db, clock),
      outbox: outbox(db, syncing, clock),
      ledger: ledger(db),
      rota: rotaStore(db),
      freezes: freezeStore(db),
      backups: backupLedger(db),
      alerts: alertStore(db),
      pages: pageBox(db, clock),
      occurrences: occurrenceStore(db),
      audit: auditLog(db),
      cursors: cursors(db, syncing),
      copyTo: (target) => copyStore(file, target),
      close: async () => {
        await syncing.close();
        await db.destroy();
        held?.close();
      },
    };
  } catch (error) {
    alone?.close();
    throw new VigieError('store_unavailable', { reason: reasonOf(error) }, error);
  }
}

/** The file, and what SQLite keeps beside it. */
function keepAllPrivate(file: string): void {
  for (const name of [file, `${file}.lock`]) keepPrivate(name);
  for (const end of ['-wal', '-shm', '-journal', '.lock-journal']) keepPrivateIfThere(`${file}${end}`);
}

/**
 * A look of its own at the file: what the store's connection does meanwhile can't disturb the copy, nor be half in it.
 * All pages in one step: a copy that stops between two steps starts over when somebody writes. Not on the main thread.
 */
async function copyStore(file: string, target: string): Promise<void> {
  closeSync(makePrivate(target));
  const source = new DatabaseSync(file, { readOnly: true, timeout: HANDOVER_MS });
  try {
    await backup(source, target, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
}

/**
 * Two vigies on one store would both run what is approved. An exclusive transaction on a file beside the store ends with
 * the process that holds it, however it ends.
 */
function holdAlone(file: string, handoverMs: number): DatabaseSync {
  const lock = new DatabaseSync(file);
  try {
    lock.exec(`pragma busy_timeout = ${handoverMs}; begin exclusive`);
    return lock;
  } catch (error) {
    lock.close();
    throw new Error('another vigie uses it: stop that one first', { cause: error });
  }
}

async function migrate(db: Db): Promise<void> {
  const later = await laterMigrations(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS, ...later }) },
    allowUnorderedMigrations: false,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error(String(error));
}

/** What a later release did to the store before vigie was rolled back: migrations only add, so this one can live with them. */
async function laterMigrations(db: Db): Promise<Record<string, Migration>> {
  const tables = await sql`select name from sqlite_master where name = 'kysely_migration'`.execute(db);
  if (tables.rows.length === 0) return {};
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db);
  const unknown = rows.filter(({ name }) => MIGRATIONS[name] === undefined);
  return Object.fromEntries(unknown.map(({ name }) => [name, { up: async () => undefined }]));
}

function operationStore(db: Db, { lazily, settled }: Syncing, clock: Clock, ballast: Ballast): OperationStore {
  const inTransaction = async <R>(way: Writing, act: (trx: Db) => Promise<R>): Promise<R> => {
    try {
      return await way((own) => own.transaction().execute(act));
    } catch (error) {
      if (error instanceof StoreConflict || error instanceof LockConflict || error instanceof TypeError) throw error;
      // The disk is full: one more try with the room that was kept for this.
      if (isDiskFull(error) && ballast.release()) return await inTransaction(way, act);
      throw new VigieError('store_unavailable', { reason: reasonOf(error) }, error);
    }
  };
  const together = (way: Writing) =>
    groupCommit((commits) =>
      inTransaction(way, async (trx) => {
        const outcomes: (Error | null)[] = [];
        for (const commit of commits) outcomes.push(await conflictOf(writeCommit(trx, commit, clock.now())));
        return outcomes;
      }),
    );
  const writer = (way: Writing): OperationStore['commit'] => {
    const writeNotes = together(way);
    return (commit) => (isMereNote(commit) ? writeNotes(commit) : inTransaction(way, (trx) => writeCommit(trx, commit, clock.now())));
  };
  return {
    commit: writer((act) => act(db)),
    note: writer(lazily),
    settled: async () => {
      await settled().catch((error: unknown) => {
        throw new VigieError('store_unavailable', { reason: reasonOf(error) }, error);
      });
    },
    async operation(id) {
      const row = await db.selectFrom('operations').select('body').where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : readOperation(row.body);
    },
    async operations({ states, target, limit }) {
      let query = db.selectFrom('operations').select('body');
      if (states !== undefined) query = query.where('state', 'in', states);
      if (target !== undefined) query = query.where('target', '=', target);
      const rows = await query.orderBy('created_at', 'desc').limit(limit).execute();
      return rows.map((row) => readOperation(row.body));
    },
    async votes(operation) {
      const rows = await db.selectFrom('votes').selectAll().where('operation', '=', operation).orderBy('at').execute();
      return rows.map(toVote);
    },
    locks: () => db.selectFrom('locks').select(['path', 'operation']).execute(),
    async seen(key) {
      return (await db.selectFrom('seen').select('key').where('key', '=', key).executeTakeFirst()) !== undefined;
    },
    async freshId() {
      const rows = await db.selectFrom('operations').select('id').execute();
      const taken = new Set(rows.map((row) => row.id));
      return freshShortId((id) => taken.has(id));
    },
  };
}

/** A note that was decided already is refused before it writes anything: the others of its transaction may stay. */
async function conflictOf(written: Promise<void>): Promise<StoreConflict | null> {
  try {
    await written;
    return null;
  } catch (error) {
    if (error instanceof StoreConflict) return error;
    throw error;
  }
}

/** SQLITE_FULL: https://sqlite.org/rescode.html#full */
function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 13;
}

function toVote(row: { operation: string; plan_hash: string; user: string; verdict: string; means: string; at: number }): Vote {
  const vote = { operation: row.operation, planHash: row.plan_hash, user: row.user, at: row.at };
  return { ...vote, verdict: verdictIn(row.verdict), means: meansIn(row.means) };
}

/** A word that this version doesn't know must never count as an approval. */
function verdictIn(word: string): Vote['verdict'] {
  return word === 'approve' || word === 'cancel' ? word : 'veto';
}

function meansIn(word: string): Vote['means'] {
  return word === 'reaction' || word === 'post' || word === 'socket' || word === 'button' ? word : 'slash';
}

function journal(db: Db, clock: Clock): Journal {
  return {
    async steps(operation) {
      const rows = await db.selectFrom('steps').selectAll().where('operation', '=', operation).orderBy('position').execute();
      return rows.map((row) => ({
        name: row.name,
        mode: row.mode === 'once' ? 'once' : 'repeatable',
        state: row.state === 'done' ? 'done' : 'started',
        result: stored(row.result),
        startedAt: row.started_at,
      }));
    },
    async begin(operation, name, mode) {
      await db
        .insertInto('steps')
        .values({
          operation,
          name,
          // In the statement itself: steps of one operation may begin at the same time.
          position: sql<number>`(select count(*) + 1 from steps where operation = ${operation})`,
          mode,
          state: 'started',
          result: 'null',
          started_at: clock.now(),
          ended_at: null,
        })
        .onConflict((on) => on.columns(['operation', 'name']).doNothing())
        .execute();
    },
    async finish(operation, name, result) {
      await db
        .updateTable('steps')
        .set({ state: 'done', result: JSON.stringify(result), ended_at: clock.now() })
        .where('operation', '=', operation)
        .where('name', '=', name)
        .execute();
    },
  };
}
