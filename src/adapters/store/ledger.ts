import type { Ledger } from '#ports/store.ts';
import type { Db } from './database.ts';
import { stored } from './stored.ts';

export function ledger(db: Db): Ledger {
  return {
    async releases(service, limit) {
      const rows = await db
        .selectFrom('releases')
        .selectAll()
        .where('service', '=', service)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        ...row,
        spec: stored(row.spec),
        approvers: stored(row.approvers),
        origin: row.origin === 'vigie' ? 'vigie' : 'other',
      }));
    },
  };
}
