import { describe, expect, it } from 'vitest';
import { rolloutLimit } from '#domain/swarm/rollout-limit.ts';

const SETTLE_MS = 300_000;
const policy = { parallelism: 1, delayMs: 0, monitorMs: 10_000 };
const slowCheck = { startPeriodMs: 180_000, intervalMs: 30_000, timeoutMs: 30_000, retries: 3 };

describe('how long an update may take', () => {
  it('is what one task takes, and the monitor period, for a single task', () => {
    expect(rolloutLimit(1, policy, null, SETTLE_MS)).toEqual({ stepMs: SETTLE_MS + 10_000, wholeMs: SETTLE_MS + 10_000 });
  });

  it('outlasts the verdict of a slow health check and the monitor period that is raised above it', () => {
    const { wholeMs } = rolloutLimit(1, { ...policy, monitorMs: 365_000 }, slowCheck, SETTLE_MS);
    expect(wholeMs).toBeGreaterThan(180_000 + 3 * 30_000 + 365_000);
  });

  it('grows with each round of replicas and the delay between them', () => {
    const delayed = { ...policy, delayMs: 90_000 };
    expect(rolloutLimit(6, delayed, null, SETTLE_MS).wholeMs).toBe(6 * (SETTLE_MS + 90_000) + 10_000);
    expect(rolloutLimit(6, { ...delayed, parallelism: 4 }, null, SETTLE_MS).wholeMs).toBe(2 * (SETTLE_MS + 90_000) + 10_000);
  });

  it('has one round where all are replaced at once, or none is', () => {
    expect(rolloutLimit(6, { ...policy, parallelism: 0 }, null, SETTLE_MS).wholeMs).toBe(SETTLE_MS + 10_000);
    expect(rolloutLimit(0, policy, null, SETTLE_MS).wholeMs).toBe(SETTLE_MS + 10_000);
  });

  it('gives one task of many its own limit', () => {
    expect(rolloutLimit(6, { ...policy, delayMs: 90_000 }, null, SETTLE_MS).stepMs).toBe(SETTLE_MS + 90_000 + 10_000);
  });
});
