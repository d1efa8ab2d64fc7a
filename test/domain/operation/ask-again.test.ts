import { describe, expect, it } from 'vitest';
import { decide } from '#domain/operation/decide.ts';
import type { Operation } from '#domain/operation/operation.ts';
import { hashPlan } from '#domain/operation/plan.ts';
import type { Vote } from '#domain/operation/votes.ts';
import { received, requirement, somebody } from './machine.ts';

const body = { basis: { replicas: 2 }, effects: [{ kind: 'replicas', to: 3 }], locks: [], risk: 'change' } as const;
const plan = hashPlan(received(), 1, body);
const approved: Operation = received({ state: 'approved', round: 1, plan, requirement: requirement('change', 1), startBy: 1_000 });
const vote: Vote = { operation: approved.id, planHash: plan.hash, user: 'bob', verdict: 'approve', means: 'reaction', at: 1 };
const people = new Map([['bob', somebody('bob')]]);

describe('a plan that is asked for again', () => {
  it('has a hash of its own even where only the policy became stricter: no vote for the old post counts', () => {
    const stricter = { plan, target: 'pad', requirement: requirement('change', 2), eligible: [somebody('bob'), somebody('carl')] };
    const { transitions } = decide(
      { operation: approved, votes: [vote], people },
      { kind: 'started', proposal: stricter, difference: null },
      10,
    );
    const renewed = transitions?.at(-1);
    expect(transitions?.map(({ to }) => to)).toEqual(['stale', 'waiting']);
    expect(renewed?.patch.round).toBe(2);
    expect(renewed?.patch.plan?.hash).not.toBe(plan.hash);
    expect(renewed?.patch.plan?.hash).toBe(hashPlan(approved, 2, body).hash);
  });

  it('runs when neither plan nor policy changed', () => {
    const same = { plan, target: 'pad', requirement: requirement('change', 1), eligible: [somebody('bob')] };
    const { transitions } = decide(
      { operation: approved, votes: [vote], people },
      { kind: 'started', proposal: same, difference: null },
      10,
    );
    expect(transitions?.map(({ to }) => to)).toEqual(['running']);
  });
});
