import type { Problem } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { operationPost } from './card.ts';
import { amend, move, type Commit } from './commit.ts';
import { plannedEntry } from './decide-plan.ts';
import { askAgain, decideRechecked, expire } from './decide-time.ts';
import { emergencyStarted } from './emergency.ts';
import type { Proposal, Situation } from './inbound.ts';
import type { Operation } from './operation.ts';
import { asksSomebody } from './policy.ts';
import { tally } from './votes.ts';

/** Quorum: the locks are taken before anything is looked at again, all or none. */
export function decideLocking({ operation }: Situation): Commit {
  if (operation.state !== 'approved' || operation.plan === null) return {};
  return { lock: { operation: operation.id, paths: operation.plan.locks } };
}

/** Something stands in the way (a lock): it waits, until the start expires, and says for whom. */
export function decideHeld(situation: Situation, problem: Problem, now: number): Commit {
  const { operation } = situation;
  if (operation.state !== 'approved') return {};
  if (operation.startBy !== null && now >= operation.startBy) return expire({ ...operation, held: problem }, now);
  if (JSON.stringify(operation.held) === JSON.stringify(problem)) return {};
  const after: Operation = { ...operation, held: problem };
  return {
    transitions: [amend(operation, { held: problem })],
    audit: [{ kind: 'held', operation: operation.id, by: 'vigie', detail: { code: problem.code, params: problem.params } }],
    say: [operationPost(after, approversOf(after, situation, now))],
  };
}

function approversOf(operation: Operation, { votes, people }: Situation, now: number) {
  if (operation.requirement === null) return {};
  const counted = tally({ operation, requirement: operation.requirement, now }, votes, people);
  return counted.kind === 'quorum' ? { approvers: counted.approvers, missing: 0 } : {};
}

/**
 * The locks can be had and the plan was made again. The same hash runs; another one is asked for again, unless nobody
 * had to be asked in the first place.
 */
export function decideStarted(situation: Situation, proposal: Proposal, difference: JsonObject | null, now: number): Commit {
  const { operation, votes, people } = situation;
  if (operation.state !== 'approved' || operation.plan === null || operation.requirement === null) return {};
  // Planning again took its time: what was true before it is judged once more, as of now.
  if (operation.startBy !== null && now >= operation.startBy) return expire(operation, now);
  const counted = tally({ operation, requirement: operation.requirement, now }, votes, people);
  if (counted.kind !== 'quorum') return decideRechecked(situation, now);
  const same = proposal.plan.hash === operation.plan.hash && sameRequirement(operation, proposal);
  const asksNobody = !asksSomebody(operation.requirement) && !asksSomebody(proposal.requirement);
  if (!same && !asksNobody) return askAgain(operation, proposal, { because: 'drift', difference }, now);
  const patch: Partial<Operation> = { startedAt: now, held: null, startBy: null, plan: proposal.plan };
  const { approvers } = counted;
  const running: Operation = { ...operation, ...patch, state: 'running' };
  const emergency = emergencyStarted(running, proposal.eligible, now);
  return {
    transitions: [move(operation, 'running', patch)],
    lock: { operation: operation.id, paths: proposal.plan.locks },
    audit: [
      ...(same ? [] : [plannedEntry(operation, proposal)]),
      {
        kind: 'started',
        operation: operation.id,
        by: 'vigie',
        detail: { hash: proposal.plan.hash, approvers: approvers.map((person) => person.id) },
      },
    ],
    say: [operationPost(running, { approvers, missing: 0 }), ...(emergency.say ?? [])],
    ...(emergency.pages === undefined ? {} : { pages: emergency.pages }),
  };
}

/** A policy that became stricter meanwhile counts as a change of the plan. */
function sameRequirement(operation: Operation, proposal: Proposal): boolean {
  return JSON.stringify(operation.requirement) === JSON.stringify(proposal.requirement);
}

/** Planning again failed: nothing was done. */
export function decideStartRefused({ operation }: Situation, problem: Problem, now: number): Commit {
  if (operation.state !== 'approved') return {};
  const patch: Partial<Operation> = { problem, endedAt: now };
  return {
    transitions: [move(operation, 'failed', patch)],
    unlock: operation.id,
    audit: [
      { kind: 'failed', operation: operation.id, by: 'vigie', detail: { code: problem.code, params: problem.params, before_start: true } },
    ],
    say: [operationPost({ ...operation, ...patch, state: 'failed' })],
  };
}
