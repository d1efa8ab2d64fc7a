import type { Backup } from '#domain/backup/backup.ts';
import type { BackupLedger } from '#ports/store.ts';
import type { Db } from './database.ts';
import { stored } from './stored.ts';

export function backupLedger(db: Db): BackupLedger {
  return {
    async backups({ kind, target, which = 'there', limit }) {
      let query = db.selectFrom('backups').select('body');
      if (kind !== undefined) query = query.where('kind', '=', kind);
      if (target !== null) query = query.where('target', '=', target);
      if (which === 'there') query = query.where('pruned_at', 'is', null);
      if (which === 'remains') query = query.where('pruned_at', 'is not', null).where('remains', '=', 1);
      const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
      return rows.map(({ body }) => stored<Backup>(body));
    },
    async backup({ kind, target, id }) {
      const row = await db
        .selectFrom('backups')
        .select('body')
        .where('kind', '=', kind)
        .where('target', '=', target)
        .where('id', '=', id)
        .executeTakeFirst();
      return row === undefined ? null : stored<Backup>(row.body);
    },
  };
}

/** What became of a backup replaces what was known of it: a step that is repeated after a crash enters nothing twice. */
export async function writeBackup(trx: Db, backup: Backup): Promise<void> {
  const remains = backup.path === '' && backup.copies.length === 0 ? 0 : 1;
  const row = { at: backup.at, pruned_at: backup.prunedAt, remains, body: JSON.stringify(backup) };
  await trx
    .insertInto('backups')
    .values({ kind: backup.kind, target: backup.target, id: backup.id, ...row })
    .onConflict((on) => on.columns(['kind', 'target', 'id']).doUpdateSet(row))
    .execute();
}
