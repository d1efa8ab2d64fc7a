import { apply } from '../operation/apply.ts';
import { freshnessOf, lookUp } from '../operation/voters.ts';
import type { Context } from '../operation/context.ts';

/**
 * Somebody's account changed: it may be out of service, or back. What they agreed to is counted again, since their reaction is still there
 * to be seen: it counts again, or the thread says why it doesn't.
 * @param user null: anybody's may have
 */
export async function recountVotes(context: Context, user: string | null): Promise<void> {
  const { store, people } = context;
  people.expire();
  for (const { id } of await store.operations.operations({ states: ['waiting'], limit: 500 })) {
    const votes = await store.operations.votes(id);
    if (votes.length === 0 || (user !== null && !votes.some((vote) => vote.user === user))) continue;
    const voters = await lookUp(context, freshnessOf(votes));
    // Nobody can tell now: the next one who looks will.
    if (!voters.unreachable) await apply(context, id, { kind: 'recounted' }, voters.people);
  }
}
