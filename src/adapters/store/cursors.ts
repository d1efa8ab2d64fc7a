import type { Cursors } from '#ports/store.ts';
import type { Db } from './database.ts';
import type { Syncing } from './syncing.ts';

export function cursors(db: Db, { lazily }: Syncing): Cursors {
  return {
    async cursor(channel) {
      return (await db.selectFrom('cursors').select('at').where('channel', '=', channel).executeTakeFirst())?.at ?? null;
    },
    async advance(channel, at) {
      // What is read twice after a power cut is known by its key.
      await lazily((own) =>
        own
          .insertInto('cursors')
          .values({ channel, at })
          .onConflict((on) => on.column('channel').doUpdateSet({ at }).where('cursors.at', '<', at))
          .execute(),
      );
    },
    async all() {
      const rows = await db.selectFrom('cursors').selectAll().execute();
      return new Map(rows.map((row) => [row.channel, row.at]));
    },
    async fact(name) {
      return (await db.selectFrom('facts').select('value').where('name', '=', name).executeTakeFirst())?.value ?? null;
    },
    async remember(name, value) {
      await db
        .insertInto('facts')
        .values({ name, value })
        .onConflict((on) => on.column('name').doUpdateSet({ value }))
        .execute();
    },
  };
}
