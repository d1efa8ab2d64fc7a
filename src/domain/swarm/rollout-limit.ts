import { monitorPeriod } from './rollout.ts';

interface Policy {
  readonly parallelism: number;
  readonly delayMs: number;
  readonly monitorMs: number;
}

interface Healthcheck {
  readonly startPeriodMs: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
}

/** How long Docker may take over an update before vigie says that it can't go on, all in milliseconds. */
export interface RolloutLimit {
  /** From one new task that runs to the next. */
  readonly stepMs: number;
  /** From its beginning until Docker says that it is over. */
  readonly wholeMs: number;
}

/**
 * Docker replaces tasks `parallelism` at a time, waits for each until its health check agrees, pauses for `delay` after each, and watches
 * for `monitor` after the last.
 * @param tasks how many are to be replaced
 * @param settleMs what one task may take beside its health check: its image is pulled, the old one stops
 */
export function rolloutLimit(tasks: number, policy: Policy, healthcheck: Healthcheck | null, settleMs: number): RolloutLimit {
  const rounds = policy.parallelism === 0 ? 1 : Math.max(1, Math.ceil(tasks / policy.parallelism));
  const verdictMs = healthcheck === null ? 0 : monitorPeriod(healthcheck);
  const stepMs = settleMs + verdictMs + policy.delayMs;
  return { stepMs: stepMs + policy.monitorMs, wholeMs: rounds * stepMs + policy.monitorMs };
}
