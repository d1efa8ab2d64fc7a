import { failuresOf, type TaskFailure } from './rollout.ts';

interface JobService {
  readonly job: { readonly iteration: number; readonly completions: number | null; readonly tries: number | null } | null;
}

interface JobTask {
  readonly state: string;
  readonly slot: number | null;
  readonly node: string | null;
  readonly error: string | null;
  readonly createdAt: number;
  readonly iteration: number | null;
}

export interface JobRun {
  readonly state: 'running' | 'completed' | 'failed';
  readonly running: number;
  readonly completed: number;
  readonly wanted: number;
  readonly failures: readonly TaskFailure[];
}

/** Docker starts a task that fails again and again unless it is told how often: after so many failures nobody waits for the next. */
const PATIENCE = 3;
const ENDED: ReadonlySet<string> = new Set(['complete', 'failed', 'rejected', 'shutdown', 'orphaned', 'remove']);
const FAILED: ReadonlySet<string> = new Set(['failed', 'rejected']);

/**
 * How far one run of a job is. Every place has to complete once: a numbered one, or a node of a `global-job`. It has failed when one of
 * them has used up its tries, or fails too often for anybody to wait.
 * @param after the run before this one: nothing of it counts
 */
export function judgeJob({ job }: JobService, tasks: readonly JobTask[], after: number): JobRun {
  const iteration = job?.iteration ?? 0;
  const mine = iteration > after ? tasks.filter((task) => task.iteration === iteration) : [];
  const places = new Map<string, JobTask[]>();
  for (const task of mine) {
    // Docker leaves out the number of the first place.
    const place = String(job?.completions === null ? task.node : (task.slot ?? 0));
    places.set(place, [...(places.get(place) ?? []), task]);
  }
  const all = [...places.values()];
  const completed = all.filter((of) => of.some(({ state }) => state === 'complete')).length;
  const wanted = job?.completions ?? Math.max(1, all.length);
  const facts = {
    running: mine.filter(({ state }) => state === 'running').length,
    completed,
    wanted,
    failures: failuresOf(mine, 0),
  };
  if (mine.length > 0 && completed >= wanted && mine.every(({ state }) => ENDED.has(state))) return { ...facts, state: 'completed' };
  const tries = Math.min(job?.tries ?? PATIENCE, PATIENCE);
  return { ...facts, state: all.some((of) => isGivenUp(of, tries)) ? 'failed' : 'running' };
}

function isGivenUp(tasks: readonly JobTask[], tries: number): boolean {
  const failures = tasks.filter(({ state }) => FAILED.has(state)).length;
  return failures >= tries && !tasks.some(({ state }) => state === 'complete' || state === 'running');
}
