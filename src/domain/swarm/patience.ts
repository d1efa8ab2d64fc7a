import type { RolloutLimit } from './rollout-limit.ts';
import type { Rollout } from './rollout.ts';

/** What an update is given before vigie says that it doesn't settle, in milliseconds. */
export interface Allowance extends RolloutLimit {
  /** How long tasks may stay short of the goal after Docker says `completed`. */
  readonly settleMs: number;
  /** How long Docker may take to go back, once it has begun to. */
  readonly backMs: number;
}

type Phase = 'updating' | 'settling' | 'going-back';

/** What has been seen of an update so far; times are those of whoever looks, in milliseconds since he began. */
export interface Waiting {
  readonly phase: Phase;
  readonly phaseSince: number;
  readonly running: number;
  /** When the number of its tasks that run has last grown. */
  readonly grewAt: number;
}

/** @param before what was seen by the look before; null at the first */
export function waitingOf(before: Waiting | null, rollout: Rollout, at: number): Waiting {
  const phase: Phase = rollout.state === 'rolling-back' ? 'going-back' : rollout.dockerDone ? 'settling' : 'updating';
  const { running } = rollout;
  if (before === null) return { phase, phaseSince: at, running, grewAt: at };
  return {
    phase,
    phaseSince: phase === before.phase ? before.phaseSince : at,
    running,
    grewAt: running > before.running ? at : before.grewAt,
  };
}

/** Whether it has had its time: each phase has a limit of its own, and while Docker is at it each task too. */
export function isLate({ phase, phaseSince, grewAt }: Waiting, { stepMs, wholeMs, settleMs, backMs }: Allowance, at: number): boolean {
  switch (phase) {
    case 'settling':
      return at - phaseSince >= settleMs;
    case 'going-back':
      return at - phaseSince >= backMs;
    case 'updating':
      return at - phaseSince >= wholeMs || at - Math.max(grewAt, phaseSince) >= stepMs;
    default:
      return phase satisfies never;
  }
}
