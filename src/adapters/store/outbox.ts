import type { Selectable } from 'kysely';
import type { Outbox, PendingEntry, SentPost } from '#ports/store.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Db, Tables } from './database.ts';
import { stored } from './stored.ts';
import type { Syncing } from './syncing.ts';

type Row = Selectable<Tables['says']>;
const saysOf = (db: Db) => db.updateTable('says');

/** Nobody clicks under what is older. */
const UNSEEDED_MS = 86_400_000;

/** Threads are looked for among so many posts of late: nothing finds them faster. */
const RECENT = 1_000;

/** What was said is looked for before it is said again: a power cut may take away that it was. */
export function outbox(db: Db, { lazily }: Syncing, clock: Clock): Outbox {
  const update = async (change: (says: ReturnType<typeof saysOf>) => Pick<ReturnType<typeof saysOf>, 'execute'>): Promise<void> => {
    await lazily((own) => change(saysOf(own)).execute());
  };
  const pending = () => db.selectFrom('says').whereRef('version', '>', 'sent_version').where('failure', 'is', null);
  // Asked at each turn of the sender: the same words each time.
  const firstOf = (of: ReturnType<typeof pending>) => of.select((select) => select.fn.min('not_before').as('at')).compile();
  const first = firstOf(pending());
  const elsewhere = (of: ReturnType<typeof pending>, except: readonly string[]) =>
    except.length === 0 ? of : of.where('channel', 'not in', except);
  const one = (column: 'post_id' | 'key', value: string) => db.selectFrom('says').selectAll().where(column, '=', value).executeTakeFirst();
  return {
    async due(now, limit, except = []) {
      const rows = await elsewhere(pending(), except).selectAll().where('not_before', '<=', now).orderBy('position').limit(limit).execute();
      return rows.map(toPending);
    },
    async nextDue(except = []) {
      const { rows } = await db.executeQuery(except.length === 0 ? first : firstOf(elsewhere(pending(), except)));
      return rows[0]?.at ?? null;
    },
    async oldestUnsaid() {
      // Of new posts alone: since when an edit waits isn't kept.
      const row = await pending()
        .select((select) => select.fn.min('created_at').as('at'))
        .where('post_id', 'is', null)
        .executeTakeFirst();
      return row?.at ?? null;
    },
    async unsaid() {
      return (await pending().select('key').execute()).map(({ key }) => key);
    },
    async pending() {
      const { count } = await pending()
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async postId(key) {
      return (await one('key', key))?.post_id ?? null;
    },
    async byPost(postId) {
      return toSent(await one('post_id', postId));
    },
    async byKey(key) {
      return toSent(await one('key', key));
    },
    async inThread(root, since) {
      const rows = await db
        .selectFrom('says')
        .selectAll()
        .where('position', '>', (newest) =>
          newest.selectFrom('says').select((select) => select(select.fn.max('position'), '-', RECENT).as('from')),
        )
        .where('root', '=', root)
        .where('created_at', '>', since)
        .orderBy('position', 'desc')
        .execute();
      return rows.flatMap((row) => toSent(row) ?? []);
    },
    async sent(key, version, post) {
      const said = {
        post_id: post.postId,
        fingerprint: post.fingerprint,
        seeded: JSON.stringify(post.seeded),
        sent_version: version,
        attempts: 0,
        sent_at: clock.now(),
        ...(post.moved === undefined ? {} : { place: post.moved.place, left_post: post.moved.left, left_version: 0 }),
      };
      await update((says) => says.set(said).where('key', '=', key));
    },
    async seeded(key, postId, seeded) {
      await update((says) =>
        says
          .set({ seeded: JSON.stringify(seeded) })
          .where('key', '=', key)
          .where('post_id', '=', postId),
      );
    },
    async unseeded() {
      const rows = await db
        .selectFrom('says')
        .selectAll()
        .where('post_id', 'is not', null)
        .where('seeds', '<>', '[]')
        .whereRef('seeds', '<>', 'seeded')
        .where('sent_at', '>', clock.now() - UNSEEDED_MS)
        .execute();
      return rows.map(toPending).filter(({ seeds, seeded }) => seeds.some((emoji) => !seeded.includes(emoji)));
    },
    async renew(key) {
      await update((says) =>
        says
          .set((set) => ({ version: set('version', '+', 1), not_before: clock.now() }))
          .where('key', '=', key)
          .where('post_id', 'is not', null),
      );
    },
    async leftBehind(since, limit) {
      const rows = await db
        .selectFrom('says')
        .selectAll()
        .where('left_post', 'is not', null)
        .whereRef('left_version', '<', 'sent_version')
        .where('created_at', '>', since)
        .orderBy('position')
        .limit(limit)
        .execute();
      return rows.map(toPending);
    },
    async broughtUp(key, version) {
      await update((says) => says.set({ left_version: version }).where('key', '=', key));
    },
    async postpone(key, notBefore) {
      await update((says) => says.set((set) => ({ not_before: notBefore, attempts: set('attempts', '+', 1) })).where('key', '=', key));
    },
    async giveUp(key, version, reason) {
      await update((says) => says.set({ failure: reason }).where('key', '=', key).where('version', '=', version));
    },
  };
}

function toPending(row: Row): PendingEntry {
  return {
    kind: row.kind === 'create' ? 'create' : 'state',
    key: row.key,
    to: { channel: row.channel, root: row.root, underKey: row.under_key },
    message: stored(row.message),
    seeds: stored(row.seeds),
    seeded: stored(row.seeded),
    version: row.version,
    postId: row.post_id,
    attempts: row.attempts,
    lastSentAt: row.sent_at,
    createdAt: row.created_at,
    place: row.place,
    left: row.left_post === null ? null : { postId: row.left_post, version: row.left_version },
  };
}

function toSent(row: Row | undefined): SentPost | null {
  if (row === undefined || row.post_id === null) return null;
  return {
    key: row.key,
    postId: row.post_id,
    channel: row.place ?? row.channel,
    fingerprint: row.fingerprint ?? '',
    message: stored(row.message),
    createdAt: row.created_at,
    final: row.version === row.sent_version,
  };
}
