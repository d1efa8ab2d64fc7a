import { problemOf, VigieError } from '#kernel/errors.ts';
import type { Json, JsonObject } from '#kernel/json.ts';
import { nearest } from '#kernel/nearest.ts';
import { named } from '#domain/operation/card.ts';
import { note } from '#domain/operation/decide-plan.ts';
import { isThumb, verdictOf } from '#domain/operation/emoji.ts';
import { postKey, type Operation, type Person } from '#domain/operation/operation.ts';
import type { Means } from '#domain/operation/means.ts';
import { namesPlan, planName } from '#domain/operation/plan.ts';
import { judge, mayVeto, type Verdict, type Vote } from '#domain/operation/votes.ts';
import type { ReactionChange } from '#ports/chat.ts';
import { freshnessFor } from '../people/people.ts';
import { apply } from './apply.ts';
import type { Ack } from './ack.ts';
import { eligible } from './approve.ts';
import type { Request } from './receive.ts';
import { freshnessOf, lookUp } from './voters.ts';
import type { Context } from './context.ts';

/** A reaction under one of vigie's posts: a vote for the plan of that very post, or its withdrawal. */
export async function castReaction(context: Context, reaction: ReactionChange): Promise<void> {
  const verdict = verdictOf(reaction.emoji);
  const post = verdict === null ? null : await context.store.outbox.byPost(reaction.post);
  if (verdict === null || post === null) return;
  const operation = await operationOfPost(context, post.key);
  // Null also for the post of a plan that isn't the current one any more: votes there count for nothing.
  if (operation?.plan == null) return;
  const planHash = operation.plan.hash;
  if (!reaction.added) {
    await apply(context, operation.id, { kind: 'withdrawn', user: reaction.user, planHash, verdict });
    return;
  }
  const person = await context.people.person(reaction.user, 'fresh');
  if (isThumb(reaction.emoji) && operation.requirement?.risk === 'danger') return await sayThumb(context, operation, person);
  try {
    await cast(context, operation, { key: null, planHash, person, verdict, means: 'reaction', at: reaction.at });
  } catch (error) {
    // The new post says it.
    if (problemOf(error).code !== 'post_tampered') throw error;
  }
}

/** Somebody who may approve learns why their 👍 changed nothing. */
async function sayThumb(context: Context, operation: Operation, person: Person): Promise<void> {
  const said = { voter: named(person), verdict: 'approve', problem: { code: 'vote_thumb', params: { id: operation.id } } };
  await context.store.operations.commit({ say: [note(operation, `not-counted:${person.id}:thumb`, 'vote-not-counted', said)] });
  context.wake('sender');
}

interface Cast extends Pick<Vote, 'planHash' | 'verdict' | 'means' | 'at'> {
  /** Of what came in, so that it is never counted twice. */
  readonly key: string | null;
  readonly person: Person;
}

/**
 * A vote for a plan, by whichever means. Who approves in the chat approves what stands in the post: if somebody else's words stand
 * there, the vote counts for nothing, and the plan is asked for again in a new post.
 * @throws post_tampered; chat_unreachable when nobody can say what stands there
 */
async function cast(context: Context, operation: Operation, { key, person, ...given }: Cast): Promise<void> {
  if (given.verdict === 'approve' && given.means !== 'socket') await requireIntact(context, operation);
  const vote = { ...given, operation: operation.id, user: person.id };
  await apply(context, operation.id, { kind: 'voted', key, vote, person }, await withVoters(context, operation, person));
}

async function requireIntact(context: Context, operation: Operation): Promise<void> {
  if (operation.state !== 'waiting' && operation.state !== 'approved') return;
  const intact = await context.intact(operation);
  if (intact === null) throw new VigieError('post_unreadable', { id: operation.id });
  if (intact) return;
  await apply(context, operation.id, { kind: 'tampered', by: null }, await eligible(context, operation));
  throw new VigieError('post_tampered', { id: operation.id });
}

/** The operation whose current plan stands in the post with this key, or null. */
export async function operationOfPost(context: Context, key: string): Promise<Operation | null> {
  const [kind, id] = key.split(':');
  if (kind !== 'op' || id === undefined) return null;
  const operation = await context.store.operations.operation(id);
  return operation !== null && postKey(operation, operation.round) === key ? operation : null;
}

/**
 * `approve p7k 3fa2c1`, `deny p7k`, `cancel p7k`: the same votes as the reactions. An approval says which plan it means, by the name that
 * its post shows or by standing in that post's thread: whoever typed it before a new plan came has not seen that one.
 */
export async function castTypedVote(context: Context, request: Request, verdict: Verdict, input: JsonObject): Promise<Ack> {
  const operation = await findOperation(context, String(input['operation']));
  const { id } = operation;
  const person = await context.people.person(request.user, freshnessFor(request.means));
  refuseUseless(context, { operation, person, verdict, means: request.means });
  if (verdict === 'approve') await requireMeant(context, request, operation, input['plan']);
  const planHash = operation.plan?.hash ?? '';
  await cast(context, operation, { key: request.key, planHash, person, verdict, means: request.means, at: request.at });
  return { kind: 'voted', operation: id };
}

/** @throws vote_names_no_plan, vote_names_other_plan */
async function requireMeant({ store }: Context, { thread }: Request, operation: Operation, named: Json | undefined): Promise<void> {
  const { id, plan, round } = operation;
  if (plan === null) return;
  const params = { id, plan: planName(plan) };
  if (typeof named === 'string') {
    if (!namesPlan(named, plan)) throw new VigieError('vote_names_other_plan', { ...params, named });
    return;
  }
  if (thread === null || thread !== (await store.outbox.postId(postKey({ id }, round)))) throw new VigieError('vote_names_no_plan', params);
}

/** A click on a button, already verified: it counts as far as the policy lets a button count. */
export async function castButton(
  context: Context,
  click: {
    readonly key: string;
    readonly operation: string;
    readonly planHash: string;
    readonly user: string;
    readonly verdict: Verdict;
    readonly at: number;
  },
): Promise<Ack> {
  const operation = await findOperation(context, click.operation);
  if (operation.plan?.hash !== click.planHash) throw new VigieError('operation_not_waiting', { id: operation.id, state: 'stale' });
  const person = await context.people.person(click.user, 'fresh');
  const { key, planHash, verdict, at } = click;
  refuseUseless(context, { operation, person, verdict, means: 'button' });
  await cast(context, operation, { key, planHash, person, verdict, means: 'button', at });
  return { kind: 'voted', operation: operation.id };
}

interface Intended {
  readonly operation: Operation;
  readonly person: Person;
  readonly verdict: Verdict;
  readonly means: Means;
}

/** What can be told at once is refused at once, with what to do instead. */
function refuseUseless({ clock }: Context, { operation, person, verdict, means }: Intended): void {
  const { id, state, requirement } = operation;
  const open = state === 'waiting' || state === 'approved' || (state === 'running' && verdict === 'cancel');
  if (!open) throw new VigieError(verdict === 'cancel' ? 'operation_not_cancellable' : 'operation_not_waiting', { id, state });
  if (requirement === null) return;
  const judged = verdict === 'approve' ? judge({ operation, requirement, now: clock.now() }, person, means) : null;
  if (judged !== null && !judged.counts)
    throw new VigieError(judged.because, { id, roles: requirement.approvedBy, settled: requirement.settledMs });
  if (judged === null && !mayVeto(operation, requirement, person))
    throw new VigieError('vote_not_allowed', { id, roles: requirement.approvedBy });
}

/** @throws operation_unknown, with the nearest open one */
export async function findOperation(context: Context, id: string): Promise<Operation> {
  const operation = await context.store.operations.operation(id);
  if (operation !== null) return operation;
  const recent = await context.store.operations.operations({ limit: 50 });
  throw new VigieError('operation_unknown', {
    id,
    nearest: nearest(
      id,
      recent.map((each) => each.id),
    ),
  });
}

/** Whoever voted before, looked up afresh, with the one who votes now. */
async function withVoters(context: Context, operation: Operation, person: Person): Promise<ReadonlyMap<string, Person>> {
  const asked = freshnessOf(await context.store.operations.votes(operation.id));
  asked.delete(person.id);
  const { people } = await lookUp(context, asked);
  return new Map([...people, [person.id, person]]);
}
