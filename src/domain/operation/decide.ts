import type { Commit } from './commit.ts';
import { decideEnd, decideProgress, decideSettled, decideClosed } from './decide-end.ts';
import { decidePlanned, decidePlanRefused, decideRequested } from './decide-plan.ts';
import { decideHeld, decideLocking, decideStarted, decideStartRefused } from './decide-start.ts';
import { decideRechecked, decideTampered, decideTick } from './decide-time.ts';
import { decideRecounted, decideVote, decideWithdrawal } from './decide-vote.ts';
import type { Inbound, Situation } from './inbound.ts';
import { hushed } from './quiet.ts';

/**
 * The one place where operations change: what happened, in which situation, gives what to store and what to say.
 * Pure; `now` in milliseconds since the epoch. An inbound that no longer applies gives an empty commit.
 */
export function decide(situation: Situation, inbound: Inbound, now: number): Commit {
  return hushed(situation.operation, decided(situation, inbound, now));
}

function decided(situation: Situation, inbound: Inbound, now: number): Commit {
  switch (inbound.kind) {
    case 'requested':
      return decideRequested(inbound.operation, inbound.key);
    case 'planned':
      return decidePlanned(situation, inbound.proposal, now);
    case 'plan-refused':
      return decidePlanRefused(situation, inbound, now);
    case 'voted':
      return decideVote(situation, inbound, now);
    case 'withdrawn':
      return decideWithdrawal(situation, inbound, now);
    case 'tampered':
      return decideTampered(situation, inbound.by, now);
    case 'ticked':
      return decideTick(situation, now);
    case 'rechecked':
      return decideRechecked(situation, now);
    case 'recounted':
      return decideRecounted(situation, now);
    case 'locking':
      return decideLocking(situation);
    case 'held':
      return decideHeld(situation, inbound.problem, now);
    case 'started':
      return decideStarted(situation, inbound.proposal, inbound.difference, now);
    case 'start-refused':
      return decideStartRefused(situation, inbound.problem, now);
    case 'progressed':
      return decideProgress(situation, inbound.progress);
    case 'ended':
      return decideEnd(situation, inbound.outcome, now);
    case 'settled':
      return decideSettled(situation, inbound, now);
    case 'closed':
      return decideClosed(situation, inbound.by);
    default:
      return inbound satisfies never;
  }
}
