import type { Clock } from '#kernel/clock.ts';
import type { Alert } from '#domain/alert/alert.ts';
import type { BookChange, LookedTo, RuleState } from '#domain/alert/book.ts';
import type { PageOrder } from '#domain/alert/page.ts';
import type { AlertStore, PageBox } from '#ports/store.ts';
import type { Db } from './database.ts';
import { stored } from './stored.ts';

type Kind = keyof BookChange;

interface Item {
  readonly kind: Kind;
  readonly id: string;
  /** Kept as long as it is open, however old. */
  readonly open: boolean;
  readonly body: object;
}

/** Each item in its new form, in the place of the former one. */
export async function writeBook(trx: Db, change: BookChange, now: number): Promise<void> {
  for (const { kind, id, open, body } of itemsOf(change, now)) {
    const row = { open: open ? 1 : 0, updated_at: now, body: JSON.stringify(body) };
    await trx
      .insertInto('alert_items')
      .values({ kind, id, ...row })
      .onConflict((on) => on.columns(['kind', 'id']).doUpdateSet(row))
      .execute();
  }
}

function itemsOf(change: BookChange, now: number): readonly Item[] {
  const items = <T extends { readonly id: string }>(kind: Kind, list: readonly T[] | undefined, open: (item: T) => boolean): Item[] =>
    (list ?? []).map((item) => ({ kind, id: item.id, open: open(item), body: item }));
  return [
    ...items('alerts', change.alerts, ({ state }) => state !== 'resolved'),
    ...items('groups', change.groups, ({ closedAt }) => closedAt === null),
    ...items('digests', change.digests, ({ closedAt }) => closedAt === null),
    ...items('silences', change.silences, ({ endsAt }) => endsAt > now),
    ...items('remedies', change.remedies, () => false),
    ...items('rules', change.rules, () => true),
    ...items('looked', change.looked, () => true),
  ];
}

/** The same key is paged once for each pager, however often it is ordered. */
export async function writePage(trx: Db, page: PageOrder, now: number): Promise<void> {
  await trx
    .insertInto('pages')
    .values({
      key: page.key,
      pager: page.pager,
      page: JSON.stringify(page),
      attempts: 0,
      not_before: page.notBefore,
      created_at: now,
      sent_at: null,
      failure: null,
    })
    .onConflict((on) => on.doNothing())
    .execute();
}

export function alertStore(db: Db): AlertStore {
  return {
    async load(since) {
      const rows = await db
        .selectFrom('alert_items')
        .select(['kind', 'id', 'body'])
        .where((where) => where.or([where('open', '=', 1), where('updated_at', '>', since)]))
        .execute();
      const of = <T>(kind: Kind): ReadonlyMap<string, T> =>
        new Map(rows.filter((row) => row.kind === kind).map((row) => [row.id, stored<T>(row.body)]));
      const ids = await db.selectFrom('alert_items').select('id').where('kind', 'in', ['alerts', 'silences']).execute();
      return {
        ids: new Set(ids.map((row) => row.id)),
        looked: of<LookedTo>('looked').get('all')?.to ?? {},
        book: { alerts: of('alerts'), groups: of('groups'), digests: of('digests'), silences: of('silences'), remedies: of('remedies') },
        rules: of<RuleState>('rules'),
      };
    },
    async alert(id) {
      const row = await db.selectFrom('alert_items').select('body').where('kind', '=', 'alerts').where('id', '=', id).executeTakeFirst();
      return row === undefined ? null : stored<Alert>(row.body);
    },
    async prune(before) {
      await db.deleteFrom('alert_items').where('open', '=', 0).where('updated_at', '<', before).execute();
      await db.deleteFrom('pages').where('created_at', '<', before).execute();
    },
  };
}

export function pageBox(db: Db, clock: Clock): PageBox {
  const pending = (except: readonly string[]) =>
    db.selectFrom('pages').where('sent_at', 'is', null).where('failure', 'is', null).where('pager', 'not in', except);
  const one = (key: string, pager: string) => db.updateTable('pages').where('key', '=', key).where('pager', '=', pager);
  return {
    async due(now, limit, except = []) {
      const rows = await pending(except).selectAll().where('not_before', '<=', now).orderBy('created_at').limit(limit).execute();
      return rows.map((row) => ({ ...stored<PageOrder>(row.page), attempts: row.attempts, createdAt: row.created_at }));
    },
    async nextDue(except = []) {
      const row = await pending(except)
        .select((select) => select.fn.min('not_before').as('at'))
        .executeTakeFirst();
      return row?.at ?? null;
    },
    async sent(key, pager) {
      await one(key, pager).set({ sent_at: clock.now() }).execute();
    },
    async postpone(key, pager, notBefore) {
      await one(key, pager)
        .set((set) => ({ not_before: notBefore, attempts: set('attempts', '+', 1) }))
        .execute();
    },
    async giveUp(key, pager, reason) {
      await one(key, pager).set({ failure: reason }).execute();
    },
  };
}
