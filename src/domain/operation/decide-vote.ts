import { factsOf, operationPost, named } from './card.ts';
import { amend, move, type Commit } from './commit.ts';
import { ending } from './decide-end.ts';
import { note } from './decide-plan.ts';
import { expireWaiting } from './decide-time.ts';
import type { Inbound, Situation } from './inbound.ts';
import { startBy } from './limits.ts';
import type { Operation } from './operation.ts';
import { judge, mayVeto, tally, type Tally, type Vote } from './votes.ts';

type Voted = Extract<Inbound, { kind: 'voted' }>;
type Withdrawn = Extract<Inbound, { kind: 'withdrawn' }>;

/** A vote on an operation that waits, is approved, or (to stop it) runs. Expiry is judged now, not when the vote was cast. */
export function decideVote(situation: Situation, inbound: Voted, now: number): Commit {
  const { operation } = situation;
  const seen = inbound.key === null ? {} : { seen: inbound.key };
  if (operation.state === 'running') return { ...seen, ...stopRunning(operation, inbound) };
  if (operation.state !== 'waiting' && operation.state !== 'approved') return seen;
  if (inbound.vote.planHash !== operation.plan?.hash) return seen;
  if (operation.state === 'waiting' && operation.approveBy !== null && now >= operation.approveBy)
    return { ...seen, ...expireWaiting(operation, situation.votes, now) };
  const { requirement } = operation;
  if (requirement === null) return seen;
  if (inbound.vote.verdict !== 'approve') {
    if (!mayVeto(operation, requirement, inbound.person)) return { ...seen, say: [notCounted(operation, inbound, 'vote_not_allowed')] };
    return { ...seen, ...stop(operation, inbound, now) };
  }
  const ballot = { operation, requirement, now };
  const judgement = judge(ballot, inbound.person, inbound.vote.means);
  const votes = [inbound.vote];
  if (!judgement.counts)
    return {
      ...seen,
      // Kept, since it may count later; but it must not take the place of a better one of the same person.
      votes: hasVoted(situation.votes, inbound.vote) ? [] : votes,
      audit: [voteEntry(inbound, judgement.because)],
      say: [notCounted(operation, inbound, judgement.because)],
    };
  const people = new Map([...situation.people, [inbound.person.id, inbound.person]]);
  const counted = tally(ballot, [...situation.votes, inbound.vote], people);
  return {
    ...seen,
    votes,
    ...afterTally(operation, counted, now),
    audit: [voteEntry(inbound, null), ...approvedEntry(operation, counted)],
  };
}

function hasVoted(votes: readonly Vote[], { planHash, user, verdict }: Vote): boolean {
  return votes.some((vote) => vote.planHash === planHash && vote.user === user && vote.verdict === verdict);
}

function afterTally(operation: Operation, counted: Tally, now: number): Commit {
  if (counted.kind === 'vetoed' || operation.state !== 'waiting') return {};
  if (counted.kind === 'short') return { say: [operationPost(operation, factsOf(counted))] };
  const patch: Partial<Operation> = { startBy: startBy(operation, now) };
  return {
    transitions: [move(operation, 'approved', patch)],
    say: [operationPost({ ...operation, ...patch, state: 'approved' }, { approvers: counted.approvers, missing: 0 })],
  };
}

function approvedEntry(operation: Operation, counted: Tally): NonNullable<Commit['audit']> {
  if (counted.kind !== 'quorum' || operation.state !== 'waiting') return [];
  const detail = { hash: operation.plan?.hash ?? null, by: counted.approvers.map(named) };
  return [{ kind: 'approved', operation: operation.id, by: 'vigie', detail }];
}

function voteEntry({ vote, person }: Voted, because: string | null): NonNullable<Commit['audit']>[number] {
  const detail = { verdict: vote.verdict, hash: vote.planHash, means: vote.means, username: person.username, not_counted: because };
  return { kind: 'voted', operation: vote.operation, by: person.id, detail };
}

/** ❌ is final on arrival; 🛑 before the start is the same with another name. */
function stop(operation: Operation, inbound: Voted, now: number): Commit {
  const to = inbound.vote.verdict === 'veto' ? 'denied' : 'cancelled';
  const patch: Partial<Operation> = { endedAt: now, cancelledBy: inbound.person.username };
  const after: Operation = { ...operation, ...patch, state: to };
  const byAnother = inbound.person.id !== operation.requester.id;
  return {
    votes: [inbound.vote],
    transitions: [move(operation, to, patch)],
    unlock: operation.id,
    audit: [voteEntry(inbound, null), { kind: to, operation: operation.id, by: inbound.person.id, detail: {} }],
    // An edit notifies nobody.
    say: [operationPost(after), ...(byAnother ? [ending(after)] : [])],
  };
}

/** The runner sees `cancelledBy` and aborts the handler; the operation ends where the handler may stop. */
function stopRunning(operation: Operation, inbound: Voted): Commit {
  const { requirement } = operation;
  if (inbound.vote.verdict !== 'cancel' || requirement === null || operation.cancelledBy !== null) return {};
  if (!mayVeto(operation, requirement, inbound.person)) return { say: [notCounted(operation, inbound, 'vote_not_allowed')] };
  const patch = { cancelledBy: inbound.person.username };
  return {
    transitions: [amend(operation, patch)],
    audit: [voteEntry(inbound, null)],
    say: [operationPost({ ...operation, ...patch })],
  };
}

function notCounted(
  operation: Operation,
  { person, vote }: Pick<Voted, 'person' | 'vote'>,
  because: string,
): NonNullable<Commit['say']>[number] {
  return note(operation, `not-counted:${person.id}:${because}`, 'vote-not-counted', {
    voter: named(person),
    verdict: vote.verdict,
    problem: {
      code: because,
      params: { id: operation.id, roles: operation.requirement?.approvedBy ?? [], settled: operation.requirement?.settledMs ?? 0 },
    },
  });
}

/**
 * The stored votes, judged by what is known of their people now: somebody may be out of service, or back. Whose approval doesn't count any
 * more is told so, once.
 */
export function decideRecounted({ operation, votes, people }: Situation, now: number): Commit {
  const { requirement, plan, approveBy } = operation;
  if (operation.state !== 'waiting' || requirement === null || plan === null) return {};
  if (approveBy !== null && now >= approveBy) return {};
  const ballot = { operation, requirement, now };
  const counted = tally(ballot, votes, people);
  if (counted.kind === 'vetoed') return {};
  const current = votes.filter(({ planHash, verdict }) => planHash === plan.hash && verdict === 'approve');
  const told = current.flatMap((vote) => {
    const person = people.get(vote.user);
    const judgement = person === undefined ? null : judge(ballot, person, vote.means);
    return person === undefined || judgement === null || judgement.counts
      ? []
      : [notCounted(operation, { person, vote }, judgement.because)];
  });
  const { say = [], ...after } = afterTally(operation, counted, now);
  return { ...after, say: [...say, ...told], audit: approvedEntry(operation, counted) };
}

/** Taking one's reaction back before the start withdraws it. */
export function decideWithdrawal({ operation, votes, people }: Situation, inbound: Withdrawn, now: number): Commit {
  if (operation.state !== 'waiting' && operation.state !== 'approved') return {};
  if (inbound.verdict !== 'approve' || operation.requirement === null || operation.plan === null) return {};
  if (inbound.planHash !== operation.plan.hash) return {};
  const left = votes.filter((vote) => !(vote.user === inbound.user && vote.verdict === 'approve' && vote.planHash === inbound.planHash));
  if (left.length === votes.length) return {};
  const withdrawn = [{ operation: operation.id, planHash: inbound.planHash, user: inbound.user, verdict: inbound.verdict }];
  const counted = tally({ operation, requirement: operation.requirement, now }, left, people);
  const audit = [{ kind: 'withdrawn', operation: operation.id, by: inbound.user, detail: { hash: inbound.planHash } }];
  if (counted.kind !== 'short') return { withdrawn, audit };
  const facts = factsOf(counted);
  if (operation.state === 'waiting') return { withdrawn, audit, say: [operationPost(operation, facts)] };
  const patch = { startBy: null, held: null };
  return {
    withdrawn,
    audit,
    // It may have taken them already, and planned again meanwhile.
    unlock: operation.id,
    transitions: [move(operation, 'waiting', patch)],
    say: [operationPost({ ...operation, ...patch, state: 'waiting' }, facts)],
  };
}
