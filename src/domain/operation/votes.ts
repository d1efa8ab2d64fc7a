import type { ErrorCode } from '#kernel/error-codes.ts';
import { PROVEN, type Means } from './means.ts';
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

/** What a vote is given for, and when it is judged. */
export interface Ballot {
  readonly operation: Pick<Operation, 'requester'>;
  readonly requirement: Requirement;
  readonly now: number;
}

/** Judges one approval by who gives it and how: the same rule on arrival and again right before the effect. */
export function judge({ operation, requirement, now }: Ballot, person: Person, means: Means): Judgement {
  if (person.kind !== 'person' || !person.active) return no('vote_not_allowed');
  const own = person.id === operation.requester.id;
  if (own && requirement.confirm && !requirement.requesterCounts) return PROVEN.includes(means) ? COUNTS : no('vote_needs_websocket');
  const roles = person.roles.filter((role) => requirement.approvedBy.includes(role));
  if (roles.length === 0 && !(own && requirement.requesterCounts)) return no('vote_not_allowed');
  if (!requirement.means.includes(means)) return no('vote_needs_websocket');
  if (own) return requirement.requesterCounts ? COUNTS : no('vote_own_danger');
  return roles.some((role) => isSettled(person, role, requirement, now)) ? COUNTS : no('vote_not_settled');
}

/** Whoever has a role since a moment ago may have been given it for this very vote. */
function isSettled({ since }: Person, role: string, { settledMs }: Requirement, now: number): boolean {
  return settledMs === 0 || now - (since?.[role] ?? now) >= settledMs;
}

/** Whether the requester said that it was them, in a way that nobody can borrow. @param current votes for the plan that is shown */
export function isConfirmed(
  { requester, requirement }: { readonly requester: Person; readonly requirement: Requirement },
  current: readonly Vote[],
): boolean {
  if (!requirement.confirm) return true;
  return current.some(({ user, verdict, means }) => user === requester.id && verdict === 'approve' && PROVEN.includes(means));
}

function no(because: ErrorCode): Judgement {
  return { counts: false, because };
}

export type Short = {
  readonly kind: 'short';
  readonly approvers: readonly Person[];
  readonly missing: number;
  readonly confirmed: boolean;
};

export type Tally =
  | { readonly kind: 'quorum'; readonly approvers: readonly Person[] }
  | { readonly kind: 'vetoed'; readonly by: Person }
  | Short;

/**
 * Counts the votes for the plan that is shown now. Who confirms a request of their own is no approver by it.
 * @param people fresh facts on everybody who voted; whoever isn't in it doesn't count
 */
export function tally(
  ballot: Ballot & { readonly operation: Operation },
  votes: readonly Vote[],
  people: ReadonlyMap<string, Person>,
): Tally {
  const { operation, requirement } = ballot;
  const current = votes.filter((vote) => vote.planHash === operation.plan?.hash);
  const approvers = new Map<string, Person>();
  for (const vote of current) {
    const person = people.get(vote.user);
    if (person === undefined) continue;
    if (vote.verdict === 'veto' && mayVeto(operation, requirement, person)) return { kind: 'vetoed', by: person };
    if (vote.verdict === 'approve' && judge(ballot, person, vote.means).counts) approvers.set(person.id, person);
  }
  const agreed = [...approvers.values()].filter(({ id }) => requirement.requesterCounts || id !== operation.requester.id);
  const missing = Math.max(0, requirement.approvers - agreed.length);
  const requester = people.get(operation.requester.id);
  const confirmed = !requirement.confirm || (requester?.active === true && isConfirmed({ requester, requirement }, current));
  if (missing > 0 || !confirmed) return { kind: 'short', approvers: agreed, missing, confirmed };
  // In an emergency the requester answers for it alone: they are whom the post and the audit name.
  return { kind: 'quorum', approvers: agreed.length === 0 ? [...approvers.values()] : agreed };
}

/** Whoever may approve or may ask may also say no, by any means: stopping is never dangerous. */
export function mayVeto(operation: Operation, requirement: Requirement, person: Person): boolean {
  if (person.kind !== 'person' || !person.active) return false;
  if (person.id === operation.requester.id) return true;
  return person.roles.some((role) => requirement.approvedBy.includes(role) || requirement.roles.includes(role));
}
