import type { Clock } from '#kernel/clock.ts';
import type { UpdatePolicy } from '#ports/swarm.ts';
import type { MemoryTask, Run } from './task.ts';

/** A place for one task of a service. */
export interface Slot {
  readonly key: string;
  run: Run;
  /** With `start-first`: what runs until `run` does. */
  old: Run | null;
}

/** The first task to fail within the monitor period of a rollout. */
export class FailureWatch {
  readonly #seen = new AbortController();
  readonly #monitorMs: number;
  #task: MemoryTask | null = null;

  constructor(monitorMs: number) {
    this.#monitorMs = monitorMs;
  }

  get task(): MemoryTask | null {
    return this.#task;
  }

  /** Aborts with the first failure. */
  get signal(): AbortSignal {
    return this.#seen.signal;
  }

  report(task: MemoryTask, now: number): void {
    if (task.ranAt !== null && now - task.ranAt > this.#monitorMs) return;
    this.#task ??= task;
    this.#seen.abort();
  }
}

export interface RolloutOptions {
  readonly clock: Clock;
  readonly policy: UpdatePolicy;
  readonly signal: AbortSignal;
  /** The slots to bring to the new version. */
  readonly slots: readonly Slot[];
  readonly startRun: (slot: Slot) => Run;
  /** Whether a run is of the version that is wanted already. */
  readonly fits: (run: Run) => boolean;
  readonly failures: FailureWatch;
}

export type RolloutEnd = { readonly end: 'completed' | 'superseded' } | { readonly end: 'failed'; readonly task: MemoryTask };

/** Replaces the tasks of a service batch by batch, as Swarm's updater does. A failure counts unless the policy says `continue`. */
export async function rollOut(options: RolloutOptions): Promise<RolloutEnd> {
  const { clock, policy, signal, failures } = options;
  const steps = batches(options.slots, policy.parallelism);
  for (const [index, batch] of steps.entries()) {
    await Promise.all(batch.map((slot) => replace(slot, options)));
    const last = index === steps.length - 1;
    if (!isOver(options)) await clock.sleep(last ? policy.monitorMs : policy.delayMs, AbortSignal.any([signal, failures.signal]));
    if (isOver(options)) break;
  }
  if (signal.aborted) return { end: 'superseded' };
  return failures.task === null || policy.failureAction === 'continue' ? { end: 'completed' } : { end: 'failed', task: failures.task };
}

function isOver({ signal, failures, policy }: RolloutOptions): boolean {
  return signal.aborted || (failures.task !== null && policy.failureAction !== 'continue');
}

/** Resolves once the slot's new task runs or has failed. One that runs already is kept, as when an update is taken back half-way. */
async function replace(slot: Slot, { policy, signal, startRun, fits }: RolloutOptions): Promise<void> {
  if (signal.aborted) return;
  const { run: before, old } = slot;
  if (old !== null && fits(old)) {
    before.stop();
    slot.run = old;
    slot.old = null;
    return;
  }
  old?.stop();
  if (policy.order === 'stop-first') before.stop();
  slot.old = policy.order === 'stop-first' ? null : before;
  slot.run = startRun(slot);
  await Promise.race([slot.run.started, aborted(signal)]);
  if (signal.aborted) return;
  before.stop();
  slot.old = null;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function batches(slots: readonly Slot[], parallelism: number): readonly (readonly Slot[])[] {
  const size = parallelism === 0 ? Math.max(1, slots.length) : parallelism;
  return Array.from({ length: Math.ceil(slots.length / size) }, (_, index) => slots.slice(index * size, (index + 1) * size));
}
