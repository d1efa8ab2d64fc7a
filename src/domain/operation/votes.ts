import type { ErrorCode } from '#kernel/error-codes.ts';
import type { Means } from './means.ts';
import type { Operation, Person } from './operation.ts';
import type { Requirement } from './policy.ts';

export type Verdict = 'approve' | 'veto' | 'cancel';

/** A vote, as stored when it arrived. It counts for the plan with that hash and for no other. */
export interface Vote {
  readonly operation: string;
  readonly planHash: string;
  readonly user: string;
  readonly verdict: Verdict;
  readonly means: Means;
  readonly at: number;
}

/** Why a vote does or doesn't count: shown to whoever gave it. */
export type Judgement = { readonly counts: true } | { readonly counts: false; readonly because: ErrorCode };

const COUNTS: Judgement = { counts: true };

/** Judges one approval by who gives it and how: the same rule on arrival and again right before the effect. */
export function judge(operation: Operation, requirement: Requirement, person: Person, means: Means): Judgement {
  if (person.kind !== 'person' || !person.active) return no('vote_not_allowed');
  if (!person.roles.some((role) => requirement.approvedBy.includes(role))) {
    const own = person.id === operation.requester.id && requirement.requesterCounts;
    if (!own) return no('vote_not_allowed');
  }
  if (!requirement.means.includes(means)) return no('vote_needs_websocket');
  if (person.id === operation.requester.id && !requirement.requesterCounts) return no('vote_own_danger');
  // An emergency replaces the second person: it is the same person who confirms.
  return COUNTS;
}

function no(because: ErrorCode): Judgement {
  return { counts: false, because };
}

export type Tally =
  | { readonly kind: 'quorum'; readonly approvers: readonly Person[] }
  | { readonly kind: 'vetoed'; readonly by: Person }
  | { readonly kind: 'short'; readonly approvers: readonly Person[]; readonly missing: number };

/**
 * Counts the votes for the plan that is shown now.
 * @param people fresh facts on everybody who voted; whoever isn't in it doesn't count
 */
export function tally(operation: Operation, requirement: Requirement, votes: readonly Vote[], people: ReadonlyMap<string, Person>): Tally {
  const current = votes.filter((vote) => vote.planHash === operation.plan?.hash);
  const approvers = new Map<string, Person>();
  for (const vote of current) {
    const person = people.get(vote.user);
    if (person === undefined) continue;
    if (vote.verdict === 'veto' && mayVeto(operation, requirement, person)) return { kind: 'vetoed', by: person };
    if (vote.verdict === 'approve' && judge(operation, requirement, person, vote.means).counts) approvers.set(person.id, person);
  }
  const list = [...approvers.values()];
  const missing = requirement.approvers - list.length;
  return missing <= 0 ? { kind: 'quorum', approvers: list } : { kind: 'short', approvers: list, missing };
}

/** Whoever may approve or may ask may also say no, by any means: stopping is never dangerous. */
export function mayVeto(operation: Operation, requirement: Requirement, person: Person): boolean {
  if (person.kind !== 'person' || !person.active) return false;
  if (person.id === operation.requester.id) return true;
  return person.roles.some((role) => requirement.approvedBy.includes(role) || requirement.roles.includes(role));
}
