import type { Healthcheck, UpdatePolicy } from '#ports/swarm.ts';
import type { ServiceSpec } from './answers.ts';

type UpdateConfig = NonNullable<ServiceSpec['UpdateConfig']>;
type DockerHealthcheck = NonNullable<ServiceSpec['TaskTemplate']['ContainerSpec']['Healthcheck']>;

const NS_PER_MS = 1_000_000;

/** Swarm's own defaults: a service without `UpdateConfig` is updated one task at a time, and pauses on failure. */
const DEFAULT_POLICY: UpdatePolicy = {
  parallelism: 1,
  delayMs: 0,
  failureAction: 'pause',
  monitorMs: 5000,
  order: 'stop-first',
};

/** Docker's own defaults for a health check that leaves them out. */
const DEFAULT_HEALTHCHECK: Healthcheck = { intervalMs: 30_000, timeoutMs: 30_000, retries: 3, startPeriodMs: 0 };

/** The policy that Swarm will follow. In a present `UpdateConfig`, Docker takes a monitor of 0 for the default. */
export function policyOf(config: UpdateConfig | undefined): UpdatePolicy {
  if (config === undefined) return DEFAULT_POLICY;
  const { FailureAction, Order } = config;
  return {
    parallelism: config.Parallelism ?? 0,
    delayMs: milliseconds(config.Delay, 0),
    failureAction: FailureAction === 'rollback' || FailureAction === 'continue' ? FailureAction : 'pause',
    monitorMs: milliseconds(config.Monitor, DEFAULT_POLICY.monitorMs),
    order: Order === 'start-first' ? 'start-first' : 'stop-first',
  };
}

/** The `UpdateConfig` of a policy; what a policy doesn't name (`MaxFailureRatio`) stays as it was. */
export function updateConfigOf(policy: UpdatePolicy, before: UpdateConfig | undefined): UpdateConfig {
  return {
    ...before,
    Parallelism: policy.parallelism,
    Delay: policy.delayMs * NS_PER_MS,
    FailureAction: policy.failureAction,
    Monitor: policy.monitorMs * NS_PER_MS,
    Order: policy.order,
  };
}

/** @returns null when the specification has no health check of its own, or switches the image's off */
export function healthcheckOf(check: DockerHealthcheck | undefined): Healthcheck | null {
  const test = check?.Test ?? [];
  if (check === undefined || test.length === 0 || test[0] === 'NONE') return null;
  return {
    intervalMs: milliseconds(check.Interval, DEFAULT_HEALTHCHECK.intervalMs),
    timeoutMs: milliseconds(check.Timeout, DEFAULT_HEALTHCHECK.timeoutMs),
    retries: check.Retries || DEFAULT_HEALTHCHECK.retries,
    startPeriodMs: milliseconds(check.StartPeriod, DEFAULT_HEALTHCHECK.startPeriodMs),
  };
}

function milliseconds(nanoseconds: number | undefined, otherwise: number): number {
  return nanoseconds === undefined || nanoseconds === 0 ? otherwise : Math.round(nanoseconds / NS_PER_MS);
}
