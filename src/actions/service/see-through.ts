import { VigieError } from '#kernel/errors.ts';
import type { Json } from '#kernel/json.ts';
import type { RolloutGoal } from '#domain/swarm/rollout.ts';
import type { Clients } from '#ports/clients.ts';
import type { ServiceView } from '#ports/swarm.ts';
import type { RunContext, StepFinding } from '../definition.ts';
import { followRollout, type Followed } from './follow.ts';
import { CLOCK_SKEW_MS, type ServiceBasis } from './update.ts';

interface FollowedBasis extends ServiceBasis {
  readonly settle_ms: number;
}

type SeeThrough = Pick<RunContext<never, 'swarm', never>, 'signal' | 'pause' | 'progress' | 'step'> & {
  readonly basis: FollowedBasis;
  readonly clients: Pick<Clients, 'swarm'>;
};

/** Whether a service is still as the update made it. */
type IsOurs = (now: ServiceView) => boolean;

/**
 * Follows an update to its end. One that doesn't settle is taken back: Docker would leave it half-way, for ever.
 * @param isOurs the service is still as the update made it: nothing else is taken back
 * @returns how many tasks run, of how many
 * @throws rollout_failed, which says how it ended and whether the image or a node is at fault
 */
export async function seeThrough(context: SeeThrough, goal: RolloutGoal, isOurs: IsOurs): Promise<{ running: number; wanted: number }> {
  const { basis, clients, step } = context;
  const follow = { swarm: clients.swarm, signal: context.signal, pause: context.pause, progress: context.progress };
  const end = await step('see-through', 'repeatable', () => followRollout(follow, basis.service, goal, basis.settle_ms));
  if (end.state === 'completed') return { running: end.running, wanted: end.wanted };
  if (end.state !== 'unsettled' || !goal.reported) throw failed(basis.service, end.state, end);
  const taken = await step('take-back', 'repeatable', (signal) => takeBack(context, isOurs, signal));
  if (taken !== 'sent') throw failed(basis.service, 'unsettled', end);
  const back = await step('see-back', 'repeatable', () => followRollout(follow, basis.service, { ...goal, digest: null }, basis.settle_ms));
  throw failed(basis.service, back.state === 'rolled-back' ? 'taken-back' : 'unsettled', { ...end, running: back.running });
}

/** Not when somebody has changed it since: their change isn't vigie's to undo. */
async function takeBack({ basis, clients }: SeeThrough, isOurs: IsOurs, signal: AbortSignal): Promise<'sent' | 'changed' | 'impossible'> {
  const now = await clients.swarm.service(basis.service, signal);
  if (now.update?.state.startsWith('rollback') === true || now.specHash === basis.spec_hash) return 'sent';
  if (!isOurs(now)) return 'changed';
  try {
    await clients.swarm.update(basis.service, now.version, { back: true }, signal);
    return 'sent';
  } catch (error) {
    if (error instanceof VigieError && error.code === 'service_changed') return 'changed';
    if (error instanceof VigieError && error.code === 'service_no_way_back') return 'impossible';
    throw error;
  }
}

/** Whether a step of these that was begun took effect; following may always be done again. */
export async function verifySeeThrough(context: {
  readonly step: string;
  readonly startedAt: number;
  readonly basis: ServiceBasis;
  readonly clients: Pick<Clients, 'swarm'>;
}): Promise<StepFinding> {
  if (context.step !== 'take-back') return { state: 'not-done' };
  const { update, specHash } = await context.clients.swarm.service(context.basis.service);
  const began = (update?.startedAt ?? 0) >= context.startedAt - CLOCK_SKEW_MS && update?.state.startsWith('rollback') === true;
  return began || specHash === context.basis.spec_hash ? { state: 'done', result: 'sent' } : { state: 'not-done' };
}

function failed(service: string, state: string, { reason, lost, failures, running, wanted }: Followed): VigieError {
  const details: Json = { state, failures, running, wanted, lost };
  return new VigieError('rollout_failed', { service, state, reason, node: lost?.node ?? null, why: lost?.why ?? null, details });
}
