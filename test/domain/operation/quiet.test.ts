import { describe, expect, it } from 'vitest';
import { decide } from '#domain/operation/decide.ts';
import type { Inbound } from '#domain/operation/inbound.ts';
import { JOB_PATIENCE_MS } from '#domain/operation/limits.ts';
import { hashPlan } from '#domain/operation/plan.ts';
import type { Operation } from '#domain/operation/operation.ts';
import { received, requirement, somebody } from './machine.ts';

const job = { name: 'nightly', dueAt: 0, after: null, patienceMs: JOB_PATIENCE_MS };
const quiet = (change: Partial<Operation> = {}): Operation => received({ job, quiet: true, means: 'schedule', ...change });

function proposal(operation: Operation, approvers: number) {
  const plan = hashPlan(operation, 1, { basis: {}, effects: [{ kind: 'restart' }], locks: [], risk: 'safe' });
  return { plan, target: 'pad', requirement: requirement('safe', approvers), eligible: [somebody('alice'), somebody('bob')] };
}

function decided(operation: Operation, inbound: Inbound, now = 1_000) {
  return decide({ operation, votes: [], people: new Map() }, inbound, now);
}

describe('a quiet operation', () => {
  it('has no post while all is well, and may wait longer', () => {
    const planned = decided(quiet(), { kind: 'planned', proposal: proposal(quiet(), 0) });
    expect(planned.say).toBeUndefined();
    expect(planned.transitions).toMatchObject([{ to: 'approved', patch: { startBy: 1_000 + JOB_PATIENCE_MS } }]);
    const running = quiet({ state: 'running', startedAt: 0 });
    expect(decided(running, { kind: 'progressed', progress: 1 }).say).toBeUndefined();
    const well = decided(running, { kind: 'ended', outcome: { state: 'succeeded', result: null, problem: null } }, 3_600_000);
    expect(well).toMatchObject({ transitions: [{ to: 'succeeded' }], unlock: running.id });
    expect(well.say).toBeUndefined();
    expect(well.audit).toHaveLength(1);
  });

  it.each(['failed', 'indeterminate', 'cancelled'] as const)('shows its post once it is %s', (state) => {
    const commit = decided(quiet({ state: 'running' }), { kind: 'ended', outcome: { state, result: null, problem: null } });
    expect(commit.say?.[0]).toMatchObject({ kind: 'state', to: { channel: 'ops' } });
    expect(commit.transitions).toMatchObject([{ to: state, patch: { quiet: false } }]);
  });

  it('asks people as any other does, and goes on in the open', () => {
    const asks = decided(quiet(), { kind: 'planned', proposal: proposal(quiet(), 1) });
    expect(asks.transitions).toMatchObject([{ to: 'waiting', patch: { quiet: false } }]);
    expect(asks.say).toHaveLength(1);
  });

  it('shows its post when it expired, or could not be planned', () => {
    const late = decided(quiet({ state: 'approved', startBy: 10 }), { kind: 'ticked' });
    expect(late.transitions).toMatchObject([{ to: 'expired', patch: { quiet: false } }]);
    expect(late.say).toHaveLength(1);
    const refused = decided(quiet(), { kind: 'plan-refused', problem: { code: 'service_unknown', params: {} } });
    expect(refused.say).toHaveLength(1);
  });
});
