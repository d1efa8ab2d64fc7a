/** What the judgement of a rollout looks at; a service and its tasks, as the Swarm port gives them, fit. */
interface RolloutService {
  readonly replicas: number | null;
  readonly image: { readonly digest: string | null };
  readonly update: { readonly state: string; readonly message: string } | null;
}
interface RolloutTask {
  readonly state: string;
  readonly desired: string;
  readonly error: string | null;
  readonly node: string | null;
  readonly image: { readonly digest: string | null };
  readonly createdAt: number;
}

export interface RolloutGoal {
  /** Tasks have to run this digest; null when only their number counts. */
  readonly digest: string | null;
  /** Whether Docker reports an update at all: a change of replicas alone has no update status. */
  readonly reported: boolean;
  /** Errors of tasks older than this (ms) tell of something else. */
  readonly since: number;
}

export interface TaskFailure {
  readonly node: string | null;
  readonly error: string;
  readonly count: number;
}

export interface Rollout {
  readonly state: 'progressing' | 'completed' | 'rolling-back' | 'rolled-back' | 'paused';
  /** Docker itself has nothing left to do, or reports nothing: what is missing is only that the tasks run. */
  readonly dockerDone: boolean;
  readonly running: number;
  readonly wanted: number;
  readonly failures: readonly TaskFailure[];
  readonly message: string;
}

/**
 * How far an update is. Done is `completed` **and** the wanted number of tasks running the new digest; Docker's own word
 * isn't enough, since a rollback completes too.
 */
export function judgeRollout(service: RolloutService, tasks: readonly RolloutTask[], goal: RolloutGoal): Rollout {
  const meant = tasks.filter((task) => task.desired === 'running');
  const running = meant.filter((task) => task.state === 'running' && fitsGoal(task, goal)).length;
  const wanted = service.replicas ?? Math.max(1, meant.length);
  // Where no task is wanted Docker has nothing to report.
  const reported = goal.reported && (service.replicas !== 0 || service.update !== null);
  const status = reported ? (service.update?.state ?? 'none') : 'completed';
  const message = service.update?.message ?? '';
  const facts = { dockerDone: status === 'completed', running, wanted, failures: failuresOf(tasks, goal.since), message };
  if (status === 'rollback_completed') return { ...facts, state: 'rolled-back' };
  if (status === 'rollback_started') return { ...facts, state: 'rolling-back' };
  if (status === 'paused' || status === 'rollback_paused') return { ...facts, state: 'paused' };
  const settled = running === wanted && meant.length === wanted && (goal.digest === null || service.image.digest === goal.digest);
  return { ...facts, state: status === 'completed' && settled ? 'completed' : 'progressing' };
}

function fitsGoal(task: RolloutTask, goal: RolloutGoal): boolean {
  return goal.digest === null || task.image.digest === goal.digest;
}

/** Each error once, with how often it was seen; newest first. */
export function failuresOf(tasks: readonly Pick<RolloutTask, 'error' | 'node' | 'createdAt'>[], since: number): readonly TaskFailure[] {
  const found = new Map<string, TaskFailure>();
  for (const task of tasks) {
    if (task.error === null || task.error === '' || task.createdAt < since) continue;
    const key = `${task.node ?? ''}\n${task.error}`;
    const before = found.get(key);
    found.set(key, { node: task.node, error: task.error, count: (before?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

/** Docker judges a new task only within the monitor period: it has to outlast the health check's first verdict. */
export function monitorPeriod(
  healthcheck: { readonly startPeriodMs: number; readonly intervalMs: number; readonly timeoutMs: number; readonly retries: number } | null,
): number {
  if (healthcheck === null) return 10_000;
  const verdict = healthcheck.startPeriodMs + (healthcheck.intervalMs + healthcheck.timeoutMs) * Math.max(1, healthcheck.retries);
  return Math.max(10_000, verdict + 5_000);
}
