import { VigieError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { lostNode, nodesAway, type LostNode } from '#domain/swarm/lost-node.ts';
import { isLate, waitingOf, type Allowance, type Waiting } from '#domain/swarm/patience.ts';
import { rolloutLimit } from '#domain/swarm/rollout-limit.ts';
import { judgeRollout, type Rollout, type RolloutGoal } from '#domain/swarm/rollout.ts';
import type { ServiceView, SwarmReader, TaskView } from '#ports/swarm.ts';

/** Between two looks at a service that is being updated. */
export const LOOK_EVERY_MS = 1_000;

export interface FollowContext {
  readonly swarm: SwarmReader;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly progress: (data: JsonObject) => Promise<void>;
}

/** How an update ended, as the journal keeps it. */
export type Followed = {
  readonly state: 'completed' | 'rolled-back' | 'paused' | 'unsettled';
  readonly running: number;
  readonly wanted: number;
  /** What people read first: the newest task's own error, else Docker's word. */
  readonly reason: string;
  readonly failures: readonly { readonly node: string | null; readonly error: string; readonly count: number }[];
  /** The node that went away in the middle of it, where that is why it failed. */
  readonly lost: { readonly node: string; readonly why: 'down' | 'drain' | 'pause' } | null;
};

interface Look {
  readonly rollout: Rollout;
  readonly service: ServiceView;
  readonly tasks: readonly TaskView[];
}

/**
 * Watches an update until it is over, or has had its time: what Docker may take follows from the service's own policy and health check,
 * and `settleMs` is counted from Docker's `completed`. An unreachable manager is no end: the next look may succeed, and the operation's
 * time-out is the limit.
 * @param settleMs how long one task may take beside its health check, and how long all may take once Docker has done its part
 */
export async function followRollout(context: FollowContext, service: string, goal: RolloutGoal, settleMs: number): Promise<Followed> {
  let shown = '';
  let waiting: Waiting | null = null;
  let away: readonly LostNode[] = [];
  for (let at = 0; ; at += LOOK_EVERY_MS) {
    const seen = await orNothing(context, () => look(context, service, goal));
    if (seen !== null) {
      const { rollout } = seen;
      const data = progressOf(rollout);
      if (JSON.stringify(data) !== shown) await context.progress(data);
      shown = JSON.stringify(data);
      if (rollout.state === 'completed') return followed(seen, 'completed', null);
      waiting = waitingOf(waiting, rollout, at);
      const late = isLate(waiting, allowance(seen, goal, settleMs), at);
      const ended = rollout.state === 'rolled-back' || rollout.state === 'paused' ? rollout.state : late ? 'unsettled' : null;
      if (ended !== null || rollout.state === 'rolling-back') away = [...away, ...(await nodesAwayNow(context))];
      if (ended !== null) return followed(seen, ended, lostNode(seen.tasks, away, goal.since));
    }
    await context.pause(LOOK_EVERY_MS);
  }
}

function allowance({ rollout, service }: Look, goal: RolloutGoal, settleMs: number): Allowance {
  const { policy, healthcheck } = service;
  const limit = rolloutLimit(rollout.wanted, policy, healthcheck, settleMs);
  // Docker goes back one task after the other, whatever the policy of updates says.
  const back = rolloutLimit(rollout.wanted, { ...policy, parallelism: 1 }, healthcheck, settleMs);
  return { ...limit, settleMs: goal.reported ? settleMs : limit.stepMs, backMs: back.wholeMs };
}

async function look({ swarm, signal }: FollowContext, name: string, goal: RolloutGoal): Promise<Look> {
  const service = await swarm.service(name, signal);
  const tasks = await swarm.tasks(name, signal);
  return { service, tasks, rollout: judgeRollout(service, tasks, goal) };
}

async function nodesAwayNow(context: FollowContext): Promise<readonly LostNode[]> {
  return nodesAway((await orNothing(context, () => context.swarm.nodes(context.signal))) ?? []);
}

/** @returns null while the manager can't be reached */
export async function orNothing<T>({ signal }: Pick<FollowContext, 'signal'>, ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof VigieError && error.code === 'swarm_unreachable') return null;
    throw error;
  }
}

function progressOf({ running, wanted, state, failures }: Rollout): JsonObject {
  return { running, wanted, state, failures: failures.map((failure) => ({ ...failure })) };
}

function followed({ rollout }: Look, state: Followed['state'], lost: LostNode | null): Followed {
  const { running, wanted, message, failures } = rollout;
  const newest = failures[0];
  // Of an update that is still on Docker says only that.
  const word = state === 'unsettled' ? '' : message;
  const reason = newest === undefined ? word : newest.node === null ? newest.error : `${newest.error} (${newest.node})`;
  return { state, running, wanted, reason, failures: failures.map((failure) => ({ ...failure })), lost };
}
