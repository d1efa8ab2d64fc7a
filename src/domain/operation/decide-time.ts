import type { JsonObject } from '#kernel/json.ts';
import { factsOf, operationPost, named } from './card.ts';
import { amend, move, type Commit } from './commit.ts';
import { note, plannedEntry, whoIsAsked } from './decide-plan.ts';
import type { Proposal, Situation } from './inbound.ts';
import { APPROVE_WITHIN_MS } from './limits.ts';
import type { Operation } from './operation.ts';
import { hashPlan } from './plan.ts';
import { asksSomebody } from './policy.ts';
import { isConfirmed, tally, type Vote } from './votes.ts';

/** The clock moved: expiry of an approval or of a start, and one reminder at half-time. */
export function decideTick({ operation, votes, people }: Situation, now: number): Commit {
  if (operation.state === 'approved' && operation.startBy !== null && now >= operation.startBy) return expire(operation, now);
  if (operation.state !== 'waiting' || operation.approveBy === null) return {};
  if (now >= operation.approveBy) return expireWaiting(operation, votes, now);
  if (!isReminderDue(operation, now)) return {};
  const confirmer = lacksConfirmation(operation, votes) ? [operation.requester] : [];
  const asked = [...whoIsAsked(operation, [...people.values()]), ...confirmer];
  return {
    transitions: [amend(operation, { reminded: true })],
    audit: [{ kind: 'reminded', operation: operation.id, by: 'vigie', detail: {} }],
    say: [note(operation, 'reminder', 'reminder', { asked: asked.map(named), approve_by: operation.approveBy })],
  };
}

/** One reminder, when half the time for approval is over. */
export function isReminderDue({ approveBy, reminded }: Operation, now: number): boolean {
  return approveBy !== null && !reminded && now >= approveBy - APPROVE_WITHIN_MS / 2;
}

export function expire(operation: Operation, now: number): Commit {
  const patch: Partial<Operation> = { endedAt: now, problem: operation.held };
  return {
    transitions: [move(operation, 'expired', patch)],
    unlock: operation.id,
    audit: [{ kind: 'expired', operation: operation.id, by: 'vigie', detail: { while: operation.state } }],
    say: [operationPost({ ...operation, ...patch, state: 'expired' })],
  };
}

/** Nobody agreed in time. Whoever is said to have asked, and never confirmed it, learns that somebody may have used their name. */
export function expireWaiting(operation: Operation, votes: readonly Vote[], now: number): Commit {
  const expired = expire(operation, now);
  if (operation.proof === 'own' || !lacksConfirmation(operation, votes)) return expired;
  const told = note(operation, 'unconfirmed', 'unconfirmed', { requester: named(operation.requester), means: operation.means });
  return { ...expired, say: [...(expired.say ?? []), told] };
}

/** By the votes alone: what is known of the requester's account is judged elsewhere. */
function lacksConfirmation({ requester, requirement, plan }: Operation, votes: readonly Vote[]): boolean {
  if (requirement === null) return false;
  const current = votes.filter(({ planHash }) => planHash === plan?.hash);
  return !isConfirmed({ requester, requirement }, current);
}

/** Right before the start: do the stored votes still make a quorum, with what is known of these people now? */
export function decideRechecked({ operation, votes, people }: Situation, now: number): Commit {
  if (operation.state !== 'approved' || operation.requirement === null) return {};
  if (!asksSomebody(operation.requirement)) return {};
  const counted = tally({ operation, requirement: operation.requirement, now }, votes, people);
  if (counted.kind === 'quorum') return {};
  if (operation.approveBy !== null && now >= operation.approveBy) return expire(operation, now);
  const patch = { startBy: null, held: null };
  const facts = counted.kind === 'short' ? factsOf(counted) : {};
  return {
    transitions: [move(operation, 'waiting', patch)],
    unlock: operation.id,
    audit: [{ kind: 'quorum-lost', operation: operation.id, by: 'vigie', detail: {} }],
    say: [operationPost({ ...operation, ...patch, state: 'waiting' }, facts)],
  };
}

/** Somebody else edited vigie's post: what people read isn't what vigie wrote, so they are asked again in a new one. */
export function decideTampered({ operation, people }: Situation, by: string | null, now: number): Commit {
  if (operation.state !== 'waiting' && operation.state !== 'approved') return {};
  if (operation.plan === null || operation.requirement === null) return {};
  const proposal: Proposal = {
    plan: operation.plan,
    target: operation.target,
    requirement: operation.requirement,
    eligible: [...people.values()],
  };
  const audit = { kind: 'tampered', operation: operation.id, by: by ?? 'unknown', detail: { hash: operation.plan.hash } };
  const again = askAgain(operation, proposal, { because: 'tampered', difference: null }, now);
  return { ...again, audit: [audit, ...(again.audit ?? [])] };
}

/**
 * The plan that was approved isn't what would happen: its post says so for ever, and the new plan gets a post of its own,
 * with a hash of its own, so that no vote for the old post counts for it.
 */
export function askAgain(
  operation: Operation,
  found: Proposal,
  reason: { readonly because: 'drift' | 'tampered'; readonly difference: JsonObject | null },
  now: number,
): Commit {
  const stale: Operation = { ...operation, state: 'stale' };
  const round = operation.round + 1;
  const proposal: Proposal = { ...found, plan: hashPlan(operation, round, found.plan) };
  const done = proposal.plan.effects.length === 0;
  const patch: Partial<Operation> = {
    plan: proposal.plan,
    requirement: proposal.requirement,
    round,
    approveBy: done ? null : now + APPROVE_WITHIN_MS,
    startBy: null,
    reminded: false,
    held: null,
    endedAt: done ? now : null,
    asked: whoIsAsked({ ...operation, requirement: proposal.requirement }, proposal.eligible),
  };
  const renewed: Operation = { ...operation, ...patch, state: done ? 'succeeded' : 'waiting' };
  return {
    transitions: [move(operation, 'stale'), move(stale, renewed.state, patch)],
    unlock: operation.id,
    audit: [
      { kind: 'stale', operation: operation.id, by: 'vigie', detail: { hash: operation.plan?.hash ?? null, because: reason.because } },
      plannedEntry(operation, proposal),
    ],
    say: [
      operationPost(stale, { staleBecause: reason.because, difference: reason.difference }),
      operationPost(renewed, { missing: proposal.requirement.approvers, difference: reason.difference }),
    ],
  };
}
