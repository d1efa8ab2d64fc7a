import type { Swap } from '#domain/alert/oncall.ts';
import type { RotaStore } from '#ports/store.ts';
import type { Db } from './database.ts';

export function rotaStore(db: Db): RotaStore {
  return {
    async swaps(since) {
      const rows = await db.selectFrom('swaps').selectAll().where('ends_at', '>', since).orderBy('position').execute();
      return rows.map((row) => ({ from: row.starts_at, to: row.ends_at, person: row.person, by: row.by, operation: row.operation }));
    },
  };
}

/** A step that is repeated after a crash stores nothing twice, and doesn't become the later one by it. */
export async function writeSwap(trx: Db, { from, to, person, by, operation }: Swap, now: number): Promise<void> {
  await trx
    .insertInto('swaps')
    .values({ operation, person, starts_at: from, ends_at: to, by, at: now })
    .onConflict((on) => on.column('operation').doNothing())
    .execute();
}
