import type { AuditEntry, Commit, Release, Transition } from '#domain/operation/commit.ts';
import { conflict, type HeldLock } from '#domain/operation/locks.ts';
import type { Operation } from '#domain/operation/operation.ts';
import { mayFollow } from '#domain/operation/states.ts';
import type { OutboxEntry } from '#domain/outbox-entry.ts';
import { LockConflict, StoreConflict } from '#ports/store.ts';
import { writeBook, writePage } from './alerts.ts';
import { appendAudit } from './audit.ts';
import { writeBackup } from './backups.ts';
import type { Db } from './database.ts';
import { writeFreeze } from './freezes.ts';
import { writeOccurrence } from './occurrences.ts';
import { writeSwap } from './rota.ts';
import { stored } from './stored.ts';

/** Writes a commit inside a transaction. Whatever doesn't fit throws, and nothing of it is stored. */
export async function writeCommit(trx: Db, commit: Commit, now: number): Promise<void> {
  if (commit.seen !== undefined) await writeSeen(trx, commit.seen, now);
  if (commit.create !== undefined) await writeOperation(trx, commit.create, now);
  for (const operation of commit.createAll ?? []) await writeOperation(trx, operation, now);
  for (const change of commit.occurrences ?? []) await writeOccurrence(trx, change);
  for (const transition of commit.transitions ?? []) await writeTransition(trx, transition, now);
  if (commit.unlock !== undefined) await trx.deleteFrom('locks').where('operation', '=', commit.unlock).execute();
  if (commit.lock !== undefined) await takeLocks(trx, commit.lock, now);
  await writeVotes(trx, commit);
  for (const release of commit.releases ?? []) await writeRelease(trx, release, now);
  if (commit.book !== undefined) await writeBook(trx, commit.book, now);
  for (const page of commit.pages ?? []) await writePage(trx, page, now);
  for (const swap of commit.swaps ?? []) await writeSwap(trx, swap, now);
  for (const freeze of commit.freezes ?? []) await writeFreeze(trx, freeze);
  for (const backup of commit.backups ?? []) await writeBackup(trx, backup);
  for (const entry of commit.audit ?? []) await appendAudit(trx, entry satisfies AuditEntry, now);
  for (const say of commit.say ?? []) await writeSay(trx, say, now);
}

async function writeSeen(trx: Db, key: string, now: number): Promise<void> {
  const done = await trx
    .insertInto('seen')
    .values({ key, at: now })
    .onConflict((on) => on.doNothing())
    .executeTakeFirst();
  if (done.numInsertedOrUpdatedRows === 0n) throw new StoreConflict(`${key} was decided already`);
}

async function writeOperation(trx: Db, operation: Operation, now: number): Promise<void> {
  await trx
    .insertInto('operations')
    .values({
      id: operation.id,
      state: operation.state,
      action: operation.action,
      target: operation.target,
      created_at: operation.createdAt,
      updated_at: now,
      body: JSON.stringify(operation),
    })
    .execute();
}

async function writeTransition(trx: Db, { operation, from, to, patch }: Transition, now: number): Promise<void> {
  if (from !== to && !mayFollow(from, to)) throw new TypeError(`${operation}: ${to} can't follow ${from}`);
  const row = await trx.selectFrom('operations').select('body').where('id', '=', operation).where('state', '=', from).executeTakeFirst();
  if (row === undefined) throw new StoreConflict(`${operation} isn't ${from} any more`);
  const changed = { ...readOperation(row.body), ...patch, state: to };
  const body = JSON.stringify(changed);
  const done = await trx
    .updateTable('operations')
    .set({ state: to, target: changed.target, body, updated_at: now })
    .where('id', '=', operation)
    .where('state', '=', from)
    .executeTakeFirst();
  if (done.numUpdatedRows !== 1n) throw new StoreConflict(`${operation} isn't ${from} any more`);
}

async function takeLocks(trx: Db, { operation, paths }: NonNullable<Commit['lock']>, now: number): Promise<void> {
  const held: HeldLock[] = await trx.selectFrom('locks').select(['path', 'operation']).execute();
  const inTheWay = conflict(operation, paths, held);
  if (inTheWay !== null) throw new LockConflict(inTheWay);
  for (const path of paths.toSorted())
    await trx
      .insertInto('locks')
      .values({ path, operation, since: now })
      .onConflict((on) => on.doNothing())
      .execute();
}

async function writeVotes(trx: Db, commit: Commit): Promise<void> {
  for (const vote of commit.votes ?? [])
    await trx
      .insertInto('votes')
      .values({
        operation: vote.operation,
        plan_hash: vote.planHash,
        user: vote.user,
        verdict: vote.verdict,
        means: vote.means,
        at: vote.at,
      })
      // Whoever votes twice, by two means, keeps the better one: a reaction after a button that didn't count.
      .onConflict((on) => on.columns(['operation', 'plan_hash', 'user', 'verdict']).doUpdateSet({ means: vote.means, at: vote.at }))
      .execute();
  for (const gone of commit.withdrawn ?? [])
    await trx
      .deleteFrom('votes')
      .where('operation', '=', gone.operation)
      .where('plan_hash', '=', gone.planHash)
      .where('user', '=', gone.user)
      .where('verdict', '=', gone.verdict)
      .execute();
}

async function writeRelease(trx: Db, release: Release, now: number): Promise<void> {
  const last = await trx
    .selectFrom('releases')
    .select((select) => select.fn.max('number').as('number'))
    .where('service', '=', release.service)
    .executeTakeFirst();
  await trx
    .insertInto('releases')
    .values({
      ...release,
      number: Number(last?.number ?? 0) + 1,
      spec: JSON.stringify(release.spec),
      approvers: JSON.stringify(release.approvers),
      at: now,
    })
    .execute();
}

async function writeSay(trx: Db, say: OutboxEntry, now: number): Promise<void> {
  const wanted = { message: JSON.stringify(say.message), seeds: JSON.stringify(say.seeds) };
  const insert = trx.insertInto('says').values({
    key: say.key,
    kind: say.kind,
    channel: say.to.channel,
    root: say.to.root,
    under_key: say.to.underKey,
    ...wanted,
    seeded: '[]',
    version: 1,
    sent_version: 0,
    post_id: null,
    fingerprint: null,
    attempts: 0,
    not_before: now,
    created_at: now,
    sent_at: null,
    failure: null,
    place: null,
    left_post: null,
  });
  // The count of tries stays: one of them may have made a post whose answer was lost, which must be looked for.
  if (say.kind === 'create') await insert.onConflict((on) => on.column('key').doNothing()).execute();
  else
    await insert
      .onConflict((on) => on.column('key').doUpdateSet((set) => ({ ...wanted, version: set('says.version', '+', 1), failure: null })))
      .execute();
}

/** What an operation lacks that was stored by an older vigie. */
const BEFORE = { job: null, quiet: false, asked: [], origin: null, after: null, at: null };

/** Reads an operation back: it was written by this file from the same type. What is older than proofs proves nothing by a slash command. */
export function readOperation(body: string): Operation {
  const operation = stored<Omit<Operation, 'proof'> & Partial<Pick<Operation, 'proof'>>>(body);
  const { proof = operation.means === 'slash' ? 'unsigned' : 'own' } = operation;
  return { ...BEFORE, ...operation, proof };
}
