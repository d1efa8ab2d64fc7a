import type { Freeze } from '#domain/operation/freeze.ts';
import type { FreezeStore } from '#ports/store.ts';
import type { Db } from './database.ts';
import { stored } from './stored.ts';

export function freezeStore(db: Db): FreezeStore {
  return {
    async open(now) {
      const rows = await db.selectFrom('freezes').select('body').where('ends_at', '>', now).orderBy('at').execute();
      return rows.map(({ body }) => stored<Freeze>(body));
    },
  };
}

/** Written again, it replaces what was stored of it. */
export async function writeFreeze(trx: Db, freeze: Freeze): Promise<void> {
  const values = { ends_at: Math.min(freeze.until, freeze.endedAt ?? freeze.until), body: JSON.stringify(freeze) };
  await trx
    .insertInto('freezes')
    .values({ operation: freeze.operation, at: freeze.at, ...values })
    .onConflict((on) => on.column('operation').doUpdateSet(values))
    .execute();
}
