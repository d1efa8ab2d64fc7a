import type { Cursors } from '#ports/store.ts';
import type { Db } from './database.ts';

export function cursors(db: Db): Cursors {
  return {
    async cursor(channel) {
      return (await db.selectFrom('cursors').select('at').where('channel', '=', channel).executeTakeFirst())?.at ?? null;
    },
    async advance(channel, at) {
      await db
        .insertInto('cursors')
        .values({ channel, at })
        .onConflict((on) => on.column('channel').doUpdateSet({ at }).where('cursors.at', '<', at))
        .execute();
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
