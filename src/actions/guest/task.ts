import { VigieError } from '#kernel/errors.ts';
import { isJsonObject, type JsonObject } from '#kernel/json.ts';
import { restorePercent, vzdumpPercent } from '#domain/hypervisor/vzdump-log.ts';
import type { Hypervisor, HypervisorReader, HypervisorTask, TaskEnd } from '#ports/hypervisor.ts';
import type { StepFinding } from '../definition.ts';

/** Between two looks at a task that runs. */
const LOOK_EVERY_MS = 1_000;
/** Of a task's log so many lines are looked at, and shown. */
const LINES = 40;
/** Proxmox's clock and vigie's may differ by so much. */
export const CLOCK_SKEW_MS = 5_000;

export interface TaskContext {
  readonly hypervisor: Hypervisor;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly progress: (data: JsonObject) => Promise<void>;
}

export interface FollowOptions {
  /** What people read meanwhile: a word of the list `doing` in `words.md`. */
  readonly doing: string;
  /** Whether the task is stopped when the operation is cancelled or out of time. */
  readonly stoppable?: boolean;
}

export type TaskOutcome = { readonly end: Exclude<TaskEnd, { state: 'running' }>; readonly log: string };

/** How a task of Proxmox went that didn't fail; `log` is for people where it had warnings, else null. */
export type TaskSuccess = { readonly warnings: number; readonly log: string | null };

/**
 * Waits until a task is over, showing how far it is. A Proxmox that can't be reached is no end: the next look may succeed, and the
 * operation's time-out is the limit.
 */
export async function awaitTask(context: TaskContext, task: string, options: FollowOptions): Promise<TaskOutcome> {
  let shown = '';
  try {
    for (;;) {
      const seen = await look(context, task, options.doing);
      if (seen !== null && seen.end.state !== 'running') return { end: seen.end, log: seen.log.join('\n') };
      const data = { doing: options.doing, percent: seen?.percent ?? null };
      if (JSON.stringify(data) !== shown) await context.progress(data);
      shown = JSON.stringify(data);
      await context.pause(LOOK_EVERY_MS);
    }
  } catch (error) {
    if (options.stoppable === true && isCalledOff(context.signal)) await context.hypervisor.stopTask(task);
    throw error;
  }
}

/** Whose log says how far it is. */
const PERCENT_OF: Readonly<Record<string, (log: readonly string[]) => number | null>> = {
  vzdump: vzdumpPercent,
  'vm-restore': restorePercent,
};

async function look({ hypervisor, signal }: TaskContext, task: string, doing: string) {
  try {
    const { end } = await hypervisor.task(task, signal);
    const percentOf = PERCENT_OF[doing];
    const log = end.state === 'running' && percentOf === undefined ? [] : await hypervisor.taskLog(task, LINES, signal);
    return { end, log, percent: percentOf?.(log) ?? null };
  } catch (error) {
    if (error instanceof VigieError && error.code === 'hypervisor_unreachable') return null;
    throw error;
  }
}

/** Cancelled or out of time; not when vigie stops, since then the operation goes on later. */
function isCalledOff({ aborted, reason }: AbortSignal): boolean {
  const why: unknown = reason;
  return aborted && why instanceof Error && 'reason' in why && (why.reason === 'cancel' || why.reason === 'timeout');
}

/**
 * As `awaitTask`; a task that failed is an error that brings its log along.
 * @param task null when the effect was found without its task, after a crash
 * @param details for the action's `failed` section
 * @throws task_failed
 */
export async function followTask(
  context: TaskContext,
  task: string | null,
  options: FollowOptions & { readonly details?: JsonObject },
): Promise<TaskSuccess> {
  if (task === null) return { warnings: 0, log: null };
  const outcome = await awaitTask(context, task, options);
  const { end, log } = outcome;
  if (end.state === 'failed') throw taskFailed(task, outcome, options.doing, options.details);
  return end.state === 'warnings' ? { warnings: end.count, log } : { warnings: 0, log: null };
}

/** A failure that brings the task's log along. @param details for the action's `failed` section */
export function taskFailed(task: string, outcome: TaskOutcome | null, doing: string, details: JsonObject = {}): VigieError {
  const reason = outcome?.end.state === 'failed' ? outcome.end.reason : (outcome?.end.state ?? '');
  return new VigieError('task_failed', { task, reason, details: { doing, ...details, log: outcome?.log ?? '' } });
}

/** Of several tasks that followed each other: all their warnings. */
export function together(...successes: readonly TaskSuccess[]): TaskSuccess {
  const logs = successes.flatMap(({ log }) => (log === null ? [] : [log]));
  return {
    warnings: successes.reduce((total, { warnings }) => total + warnings, 0),
    log: logs.length === 0 ? null : logs.join('\n'),
  };
}

/**
 * Which task a step began whose answer was lost, by what Proxmox remembers. Several that would fit are one too many: nobody can tell then.
 * @param startedAt when the step was begun
 * @param fits beside its kind
 */
export async function findTask(
  hypervisor: HypervisorReader,
  { vmid, kinds, startedAt }: { readonly vmid: number; readonly kinds: readonly string[]; readonly startedAt: number },
  fits: (task: HypervisorTask) => boolean = () => true,
): Promise<StepFinding> {
  const tasks = await hypervisor.tasks(vmid, startedAt - CLOCK_SKEW_MS);
  const fitting = tasks.filter((each) => kinds.includes(each.kind) && fits(each));
  // What Proxmox HA began to follow an order is no second one.
  const orders = fitting.filter(({ kind }) => isOrder(kind));
  const [task, ...others] = orders.length > 0 ? orders : fitting;
  if (others.length > 0) return { state: 'unknown' };
  return task === undefined ? { state: 'not-done' } : { state: 'done', result: task.id };
}

/** A task whose effect isn't there (yet): it runs, or it failed; or it was an order to Proxmox HA. */
export function leftNothing({ end, kind }: HypervisorTask): boolean {
  return end.state === 'running' || end.state === 'failed' || isOrder(kind);
}

/** To a guest that Proxmox HA manages: what comes of it comes later. */
export function isOrder(kind: string): boolean {
  return kind.startsWith('ha');
}

/** A failure's details with what is to be added to them, for the action's `failed` section. */
export function withDetails(error: unknown, more: JsonObject): unknown {
  if (!(error instanceof VigieError)) return error;
  const details = error.params['details'] ?? null;
  return new VigieError(error.code, { ...error.params, details: { ...(isJsonObject(details) ? details : {}), ...more } }, error);
}
