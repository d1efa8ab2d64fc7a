import type { Selectable } from 'kysely';
import type { Occurrence, OccurrenceChange, OccurrenceState, SkipReason } from '#domain/schedule/schedule.ts';
import { StoreConflict, type OccurrenceStore } from '#ports/store.ts';
import type { Db, Tables } from './database.ts';
import { stored } from './stored.ts';

type Row = Selectable<Tables['occurrences']>;

export function occurrenceStore(db: Db): OccurrenceStore {
  const all = () => db.selectFrom('occurrences').selectAll();
  return {
    async newest(job, upTo) {
      const row = await all().where('job', '=', job).where('due_at', '<=', upTo).orderBy('due_at', 'desc').limit(1).executeTakeFirst();
      return row === undefined ? null : toOccurrence(row);
    },
    async ahead(job, now) {
      const found = await all().where('job', '=', job).where('due_at', '>', now).where('state', '=', 'skipped').limit(1).executeTakeFirst();
      return found !== undefined;
    },
    async open() {
      return (await all().where('state', '=', 'started').orderBy('due_at').execute()).map(toOccurrence);
    },
    async latest(job, over) {
      let query = all()
        .where('job', '=', job)
        .where((where) => where.or([where('because', 'is', null), where('because', '!=', 'made-up')]));
      if (over !== undefined) query = query.where('state', '!=', 'started');
      const row = await query.orderBy('due_at', 'desc').limit(1).executeTakeFirst();
      return row === undefined ? null : toOccurrence(row);
    },
    async recent(job, limit) {
      const rows = await all().where('job', '=', job).orderBy('due_at', 'desc').limit(limit).execute();
      return rows.map(toOccurrence);
    },
    async since(at) {
      return (await all().where('entered_at', '>', at).orderBy('job').orderBy('due_at').execute()).map(toOccurrence);
    },
    async prune(before) {
      await db.deleteFrom('occurrences').where('entered_at', '<', before).where('state', '!=', 'started').execute();
    },
  };
}

/** The unique key is the guard: whoever comes second stores nothing of their commit. */
export async function writeOccurrence(trx: Db, change: OccurrenceChange): Promise<void> {
  switch (change.kind) {
    case 'enter':
      return await enter(trx, change.occurrence);
    case 'end': {
      const { job, dueAt, state, endedAt } = change;
      const done = await trx
        .updateTable('occurrences')
        .set({ state, ended_at: endedAt })
        .where('job', '=', job)
        .where('due_at', '=', dueAt)
        .where('state', '=', 'started')
        .executeTakeFirst();
      if (done.numUpdatedRows !== 1n) throw new StoreConflict(`${job} of ${dueAt} isn't started any more`);
      return;
    }
    case 'forget':
      await trx
        .deleteFrom('occurrences')
        .where('job', '=', change.job)
        .where('due_at', '>', change.after)
        .where('state', '=', 'skipped')
        .execute();
      return;
    default:
      return change satisfies never;
  }
}

async function enter(trx: Db, { job, dueAt, state, because, operations, enteredAt, endedAt }: Occurrence): Promise<void> {
  const done = await trx
    .insertInto('occurrences')
    .values({ job, due_at: dueAt, state, because, operations: JSON.stringify(operations), entered_at: enteredAt, ended_at: endedAt })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  if (done.numInsertedOrUpdatedRows === 0n) throw new StoreConflict(`${job} of ${dueAt} is entered already`);
}

function toOccurrence(row: Row): Occurrence {
  return {
    job: row.job,
    dueAt: row.due_at,
    operations: stored(row.operations),
    state: stateIn(row.state),
    because: reasonIn(row.because),
    enteredAt: row.entered_at,
    endedAt: row.ended_at,
  };
}

/** A word that this version doesn't know is no success. */
function stateIn(word: string): OccurrenceState {
  return word === 'started' || word === 'succeeded' || word === 'skipped' ? word : 'failed';
}

function reasonIn(word: string | null): SkipReason | null {
  return word === 'made-up' || word === 'late' || word === 'running' ? word : null;
}
