import { EVERY_PAGER, forEach } from '#domain/alert/page.ts';
import type { Context } from './context.ts';

/** Under this name the store keeps the day whose head was posted last. */
const FACT = 'audit-head-day';

/**
 * Once a day the head of the audit is said in the operations channel: whoever rewrites the audit can't rewrite what is
 * quoted outside; the pagers get it too. The first day of a store has nothing to tell yet.
 * @returns the day that is done now (`2026-11-23`, UTC), for the caller to remember
 */
export async function postAuditHead(context: Context, done: string | null): Promise<string> {
  const { store, clock } = context;
  const day = new Date(clock.now()).toISOString().slice(0, 10);
  if (done === day) return day;
  const before = await store.cursors.fact(FACT);
  if (before !== null && before !== day) {
    const { seq, hash } = await store.audit.head();
    const to = { channel: context.operationsChannel, root: null, underKey: null };
    const message = { template: 'notice:audit-head', data: { day: before, seq, hash } };
    const { data } = message;
    const page = {
      key: `audit-head:${day}`,
      pager: EVERY_PAGER,
      severity: 'info',
      section: 'audit-head',
      data,
      person: null,
      notBefore: clock.now(),
    } as const;
    await store.operations.commit({
      say: [{ kind: 'create', key: `audit-head:${day}`, to, message, seeds: [] }],
      pages: forEach([page], context.pagers),
    });
    context.wake('sender');
  }
  await store.cursors.remember(FACT, day);
  return day;
}
