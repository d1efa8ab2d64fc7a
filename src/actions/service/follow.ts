import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { judgeRollout, type Rollout, type RolloutGoal } from '#domain/swarm/rollout.ts';
import type { SwarmReader } from '#ports/swarm.ts';

/** Between two looks at a service that is being updated. */
const LOOK_EVERY_MS = 1_000;

export interface FollowContext {
  readonly swarm: SwarmReader;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly progress: (data: JsonObject) => Promise<void>;
}

/**
 * Watches an update until it is over. An unreachable manager is no end: the next look may succeed, and the operation's
 * time-out is the limit.
 * @param settleMs how long tasks may stay short of the goal after Docker says `completed`, or without any update status
 * @throws rollout_failed with the tasks' own errors when it was rolled back, paused, or never settled
 */
export async function followRollout(context: FollowContext, service: string, goal: RolloutGoal, settleMs: number): Promise<Rollout> {
  let shown = '';
  let waitedMs = 0;
  for (;;) {
    const rollout = await look(context, service, goal);
    if (rollout !== null) {
      const data = {
        running: rollout.running,
        wanted: rollout.wanted,
        state: rollout.state,
        failures: rollout.failures.map((failure) => ({ ...failure })),
      };
      if (JSON.stringify(data) !== shown) await context.progress(data);
      shown = JSON.stringify(data);
      if (rollout.state === 'completed') return rollout;
      if (rollout.state === 'rolled-back' || rollout.state === 'paused') throw failed(service, rollout.state, rollout);
    }
    if (waitedMs >= settleMs && rollout !== null && rollout.state !== 'rolling-back') throw failed(service, 'unsettled', rollout);
    await context.pause(LOOK_EVERY_MS);
    waitedMs += LOOK_EVERY_MS;
  }
}

async function look({ swarm, signal }: FollowContext, service: string, goal: RolloutGoal): Promise<Rollout | null> {
  try {
    return judgeRollout(await swarm.service(service, signal), await swarm.tasks(service, signal), goal);
  } catch (error) {
    if (error instanceof VigieError && error.code === 'swarm_unreachable') return null;
    throw error;
  }
}

/** The reason that people read: the newest task's own error, else Docker's word. */
function failed(service: string, state: string, rollout: Rollout): VigieError {
  const newest = rollout.failures[0];
  const reason = newest === undefined ? rollout.message : newest.node === null ? newest.error : `${newest.error} (${newest.node})`;
  const failures = rollout.failures.map((failure) => ({ ...failure }));
  return new VigieError('rollout_failed', {
    service,
    state,
    reason,
    details: { state, failures, running: rollout.running, wanted: rollout.wanted },
  });
}
