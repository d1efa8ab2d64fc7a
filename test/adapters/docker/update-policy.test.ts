import { describe, expect, it } from 'vitest';
import { healthcheckOf, policyOf, updateConfigOf } from '#adapters/docker/update-policy.ts';

describe('the update policy', () => {
  it("is Swarm's own where the service has none", () => {
    expect(policyOf(undefined)).toEqual({
      parallelism: 1,
      delayMs: 0,
      failureAction: 'pause',
      monitorMs: 5000,
      order: 'stop-first',
    });
  });

  it('updates all at once where a present configuration says no parallelism', () => {
    expect(policyOf({}).parallelism).toBe(0);
  });

  it('takes a monitor of 0 for the default, as Swarm does', () => {
    expect(policyOf({ Monitor: 0 }).monitorMs).toBe(5000);
  });

  it('comes back as it went', () => {
    const policy = {
      parallelism: 2,
      delayMs: 1500,
      failureAction: 'rollback',
      monitorMs: 90_000,
      order: 'start-first',
    } as const;
    expect(policyOf(updateConfigOf(policy, undefined))).toEqual(policy);
  });

  it('keeps what it does not name', () => {
    expect(updateConfigOf(policyOf(undefined), { MaxFailureRatio: 0.25 })).toMatchObject({ MaxFailureRatio: 0.25 });
  });
});

describe('the health check', () => {
  it("has Docker's defaults", () => {
    expect(healthcheckOf({ Test: ['CMD', 'true'] })).toEqual({
      intervalMs: 30_000,
      timeoutMs: 30_000,
      retries: 3,
      startPeriodMs: 0,
    });
  });

  it("is none where the service has none, or switches the image's off", () => {
    expect(healthcheckOf(undefined)).toBeNull();
    expect(healthcheckOf({})).toBeNull();
    expect(healthcheckOf({ Test: ['NONE'] })).toBeNull();
  });
});
