import canonicalize from 'canonicalize';
import type { Selectable } from 'kysely';
import { sha256 } from '#kernel/hash.ts';
import type { AuditEntry } from '#domain/operation/commit.ts';
import type { AuditLog, AuditRecord } from '#ports/store.ts';
import type { Db, Tables } from './database.ts';
import { stored } from './stored.ts';

/** What the first entry carries instead of the hash of an entry before it. */
const GENESIS = '0'.repeat(64);

type Row = Omit<Selectable<Tables['audit']>, 'previous' | 'hash'>;

function hashOf(previous: string, row: Row): string {
  const { seq, at, kind, operation, by, detail } = row;
  return sha256(`${previous}\n${canonicalize({ seq, at, kind, operation, by, detail }) ?? ''}`);
}

/** Adds one entry, chained to the one before. Runs inside the transaction of what it tells of. */
export async function appendAudit(trx: Db, entry: AuditEntry, now: number): Promise<void> {
  const last = await trx.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst();
  const previous = last?.hash ?? GENESIS;
  const row: Row = {
    seq: (last?.seq ?? 0) + 1,
    at: now,
    kind: entry.kind,
    operation: entry.operation,
    by: entry.by,
    detail: JSON.stringify(entry.detail),
  };
  await trx
    .insertInto('audit')
    .values({ ...row, previous, hash: hashOf(previous, row) })
    .execute();
}

/** How many entries the verification reads at once. */
const BATCH = 1_000;

export function auditLog(db: Db): AuditLog {
  return {
    async entries({ since, limit, operation }) {
      let query = db.selectFrom('audit').selectAll().where('at', '>=', since);
      if (operation !== undefined) query = query.where('operation', '=', operation);
      const rows = await query.orderBy('seq', 'desc').limit(limit).execute();
      return rows.toReversed().map(toRecord);
    },
    async head() {
      const last = await db.selectFrom('audit').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst();
      return last ?? { seq: 0, hash: GENESIS };
    },
    async hashOf(seq) {
      return (await db.selectFrom('audit').select('hash').where('seq', '=', seq).executeTakeFirst())?.hash ?? null;
    },
    async verify() {
      let previous = GENESIS;
      let seq = 0;
      for (;;) {
        const rows = await db.selectFrom('audit').selectAll().where('seq', '>', seq).orderBy('seq').limit(BATCH).execute();
        for (const row of rows) {
          if (row.seq !== seq + 1 || row.previous !== previous || row.hash !== hashOf(previous, row))
            return { entries: seq, head: previous, broken: row.seq };
          previous = row.hash;
          seq = row.seq;
        }
        if (rows.length < BATCH) return { entries: seq, head: previous, broken: null };
      }
    },
  };
}

function toRecord(row: Row & { hash: string }): AuditRecord {
  return { seq: row.seq, at: row.at, kind: row.kind, operation: row.operation, by: row.by, detail: stored(row.detail), hash: row.hash };
}
