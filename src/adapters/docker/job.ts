import type { JobView } from '#ports/swarm.ts';
import type { ServiceAnswer } from './answers.ts';

/** @returns null for a service whose tasks are meant to stay */
export function jobOf({ Spec: spec, JobStatus: status }: ServiceAnswer): JobView | null {
  const { Mode: mode, TaskTemplate: template } = spec;
  if (mode.Replicated || (mode.Global !== undefined && mode.Global !== null)) return null;
  const { ReplicatedJob: job } = mode;
  const { Condition: condition = 'any', MaxAttempts: attempts = 0 } = template.RestartPolicy ?? {};
  const again = condition === 'none' ? 1 : attempts + 1;
  return {
    iteration: status?.JobIteration?.Index ?? 0,
    completions: job ? (job.TotalCompletions ?? job.MaxConcurrent ?? 1) : null,
    tries: condition !== 'none' && attempts === 0 ? null : again,
  };
}
