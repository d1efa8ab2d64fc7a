import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { verdictOf } from '#domain/operation/emoji.ts';
import { postKey, type Operation, type Person } from '#domain/operation/operation.ts';
import { judge, mayVeto, type Verdict } from '#domain/operation/votes.ts';
import type { ReactionChange } from '#ports/chat.ts';
import { freshnessFor } from '../people.ts';
import { apply } from './apply.ts';
import type { Ack } from './ack.ts';
import type { Request } from './receive.ts';
import { freshnessOf, lookUp } from './voters.ts';
import type { Workshop } from './workshop.ts';

/** A reaction under one of vigie's posts: a vote for the plan of that very post, or its withdrawal. */
export async function castReaction(workshop: Workshop, reaction: ReactionChange): Promise<void> {
  const verdict = verdictOf(reaction.emoji);
  const post = verdict === null ? null : await workshop.store.outbox.byPost(reaction.post);
  if (verdict === null || post === null) return;
  const operation = await operationOfPost(workshop, post.key);
  // Null also for the post of a plan that isn't the current one any more: votes there count for nothing.
  if (operation?.plan == null) return;
  const planHash = operation.plan.hash;
  if (!reaction.added) {
    await apply(workshop, operation.id, { kind: 'withdrawn', user: reaction.user, planHash, verdict });
    return;
  }
  const person = await workshop.people.person(reaction.user, 'fresh');
  const vote = { operation: operation.id, planHash, user: person.id, verdict, means: 'reaction', at: reaction.at } as const;
  await apply(workshop, operation.id, { kind: 'voted', key: null, vote, person }, await withVoters(workshop, operation, person));
}

/** The operation whose current plan stands in the post with this key, or null. */
export async function operationOfPost(workshop: Workshop, key: string): Promise<Operation | null> {
  const [kind, id] = key.split(':');
  if (kind !== 'op' || id === undefined) return null;
  const operation = await workshop.store.operations.operation(id);
  return operation !== null && postKey(operation, operation.round) === key ? operation : null;
}

/** `approve p7k`, `deny p7k`, `cancel p7k`: the same votes as the reactions. */
export async function castTypedVote(workshop: Workshop, request: Request, verdict: Verdict, id: string): Promise<Ack> {
  const operation = await findOperation(workshop, id);
  const person = await workshop.people.person(request.user, freshnessFor(request.means));
  refuseUseless(operation, person, verdict, request);
  const planHash = operation.plan?.hash ?? '';
  const vote = { operation: id, planHash, user: person.id, verdict, means: request.means, at: request.at };
  await apply(workshop, id, { kind: 'voted', key: request.key, vote, person }, await withVoters(workshop, operation, person));
  return { kind: 'voted', operation: id };
}

/** A click on a button, already verified: it counts as far as the policy lets a button count. */
export async function castButton(
  workshop: Workshop,
  click: {
    readonly key: string;
    readonly operation: string;
    readonly planHash: string;
    readonly user: string;
    readonly verdict: Verdict;
    readonly at: number;
  },
): Promise<Ack> {
  const operation = await findOperation(workshop, click.operation);
  if (operation.plan?.hash !== click.planHash) throw new VigieError('operation_not_waiting', { id: operation.id, state: 'stale' });
  const person = await workshop.people.person(click.user, 'fresh');
  const request = { key: click.key, means: 'button', user: click.user } as const;
  refuseUseless(operation, person, click.verdict, request);
  const vote = {
    operation: operation.id,
    planHash: click.planHash,
    user: person.id,
    verdict: click.verdict,
    means: 'button',
    at: click.at,
  } as const;
  await apply(workshop, operation.id, { kind: 'voted', key: click.key, vote, person }, await withVoters(workshop, operation, person));
  return { kind: 'voted', operation: operation.id };
}

/** What can be told at once is refused at once, with what to do instead. */
function refuseUseless(operation: Operation, person: Person, verdict: Verdict, request: Pick<Request, 'means'>): void {
  const { id, state, requirement } = operation;
  const open = state === 'waiting' || state === 'approved' || (state === 'running' && verdict === 'cancel');
  if (!open) throw new VigieError(verdict === 'cancel' ? 'operation_not_cancellable' : 'operation_not_waiting', { id, state });
  if (requirement === null) return;
  const judged = verdict === 'approve' ? judge(operation, requirement, person, request.means) : null;
  if (judged !== null && !judged.counts) throw new VigieError(judged.because, { id, roles: requirement.approvedBy });
  if (judged === null && !mayVeto(operation, requirement, person))
    throw new VigieError('vote_not_allowed', { id, roles: requirement.approvedBy });
}

/** @throws operation_unknown, with the nearest open one */
export async function findOperation(workshop: Workshop, id: string): Promise<Operation> {
  const operation = await workshop.store.operations.operation(id);
  if (operation !== null) return operation;
  const recent = await workshop.store.operations.operations({ limit: 50 });
  throw new VigieError('operation_unknown', {
    id,
    nearest: nearest(
      id,
      recent.map((each) => each.id),
    ),
  });
}

/** Whoever voted before, looked up afresh, with the one who votes now. */
async function withVoters(workshop: Workshop, operation: Operation, person: Person): Promise<ReadonlyMap<string, Person>> {
  const asked = freshnessOf(await workshop.store.operations.votes(operation.id));
  asked.delete(person.id);
  const { people } = await lookUp(workshop, asked);
  return new Map([...people, [person.id, person]]);
}
