import type { ServiceAnswer, ServiceSpec } from '#adapters/docker/answers.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '#kernel/clock.ts';
import { jobOf } from '#adapters/docker/job.ts';
import { policyOf } from '#adapters/docker/update-policy.ts';
import type { LogLine, UpdateState } from '#ports/swarm.ts';
import type { ImageBehaviour } from './image.ts';
import { FailureWatch, rollOut, type Slot } from './rollout.ts';
import { type MemoryTask, Run } from './task.ts';

/** What a service needs of the Swarm around it. */
export interface ServiceWorld {
  readonly clock: Clock;
  /** The next index of Swarm's log: each write to a service takes one. */
  nextIndex(): number;
  newId(): string;
  /** Names of the nodes that may take tasks now. */
  readyNodes(): readonly string[];
  allNodes(): readonly string[];
  pull(image: string): ImageBehaviour | null;
  /** Why a node takes no more of what a task of this service needs, in Swarm's words; null: it does. */
  full(node: string, spec: ServiceSpec): string | null;
}

/** Tasks that Swarm keeps of each slot. */
const TASK_HISTORY = 5;

/** A service of the lab's Swarm: its specification, its tasks, and the rollout that is on, if any. */
export class MemoryService {
  readonly id: string;
  readonly #world: ServiceWorld;
  #spec: ServiceSpec;
  #previous: ServiceSpec | null = null;
  #version: number;
  #status: ServiceAnswer['UpdateStatus'];
  #slots: Slot[] = [];
  #tasks: MemoryTask[] = [];
  #rollout = new AbortController();
  #failures = new FailureWatch(0);
  /** Runs that the rollout that is on has started. */
  #updated = new Set<Run>();
  #iteration = 0;
  readonly logLines: Omit<LogLine, 'cut'>[] = [];

  constructor(world: ServiceWorld, spec: ServiceSpec, settled: boolean) {
    this.#world = world;
    this.#spec = spec;
    this.id = world.newId();
    this.#version = world.nextIndex();
    this.reconcile(settled);
  }

  get name(): string {
    return this.#spec.Name;
  }

  get spec(): ServiceSpec {
    return this.#spec;
  }

  get version(): number {
    return this.#version;
  }

  get answer(): ServiceAnswer {
    return {
      ID: this.id,
      Version: { Index: this.#version },
      Spec: this.#spec,
      ...(this.#status === undefined ? {} : { UpdateStatus: this.#status }),
      ...(isJob(this.#spec) ? { JobStatus: { JobIteration: { Index: this.#iteration } } } : {}),
    };
  }

  /** Newest first. */
  get tasks(): readonly MemoryTask[] {
    return this.#tasks;
  }

  get running(): number {
    return this.#tasks.filter((task) => task.state === 'running' && task.desired === 'running').length;
  }

  /** Takes a new specification, and begins to bring the tasks to it. */
  update(spec: ServiceSpec): void {
    this.#previous = this.#spec;
    this.#begin(spec, false);
  }

  /** Goes back to the specification before, as somebody asks for it. @returns false when there is none */
  goBack(): boolean {
    const before = this.#previous;
    if (before === null) return false;
    this.#report('rollback_started', 'manually requested rollback');
    this.#previous = this.#spec;
    this.#begin(before, true);
    return true;
  }

  /** Takes tasks away from a node that is gone. Of one that is drained they end: Swarm counts that as a failure of an update. */
  leaveNode(hostname: string, drained: boolean): void {
    for (const { run } of this.#slots) {
      if (run.task.node !== hostname) continue;
      const { task } = run;
      run.lose(drained);
      if (drained && this.#updated.has(run)) this.#failures.report(task, this.#world.clock.now());
    }
  }

  /** Starts or stops tasks until there are as many slots as wanted. */
  reconcile(settled: boolean): void {
    const wanted = this.#wantedSlots();
    for (const slot of this.#slots) if (!wanted.includes(slot.key)) stopSlot(slot);
    this.#slots = wanted.map(
      (key) => this.#slots.find((slot) => slot.key === key) ?? { key, run: this.#startRun(key, settled), old: null },
    );
  }

  stop(): void {
    this.#rollout.abort();
    for (const slot of this.#slots) stopSlot(slot);
  }

  #begin(spec: ServiceSpec, rollback: boolean): void {
    const changed = !isDeepStrictEqual(spec.TaskTemplate, this.#spec.TaskTemplate);
    this.#rollout.abort();
    this.#spec = spec;
    this.#version = this.#world.nextIndex();
    if (!rollback) this.#status = undefined;
    if (isJob(spec)) return this.#runJobAgain();
    const old = [...this.#slots];
    this.reconcile(false);
    const slots = this.#slots.filter((slot) => old.includes(slot));
    if (changed) void this.#rollOut(slots, rollback);
  }

  /** Each change of a job runs it anew, all its tasks at once. */
  #runJobAgain(): void {
    for (const slot of this.#slots) stopSlot(slot);
    this.#slots = [];
    this.#iteration += 1;
    this.reconcile(false);
  }

  async #rollOut(slots: readonly Slot[], rollback: boolean): Promise<void> {
    const { signal } = (this.#rollout = new AbortController());
    const { clock } = this.#world;
    const policy = rollback ? policyOf(undefined) : policyOf(this.#spec.UpdateConfig);
    if (!rollback) this.#report('updating', 'update in progress');
    const failures = (this.#failures = new FailureWatch(policy.monitorMs));
    const updated = (this.#updated = new Set<Run>());
    const startRun = (slot: Slot): Run => {
      const run = this.#startRun(slot.key, false);
      updated.add(run);
      return run;
    };
    const template = JSON.stringify(this.#spec.TaskTemplate);
    const fits = ({ task }: Run): boolean => task.template === template && task.desired === 'running';
    const result = await rollOut({ clock, policy, signal, slots, failures, startRun, fits });
    if (result.end === 'failed') this.#fail(result.task, rollback, policy.failureAction);
    else if (result.end === 'completed')
      this.#report(rollback ? 'rollback_completed' : 'completed', rollback ? 'rollback completed' : 'update completed');
  }

  #fail(task: MemoryTask, rollback: boolean, action: string): void {
    const reason = `due to failure or early termination of task ${task.id}`;
    if (rollback) return this.#report('rollback_paused', `rollback paused ${reason}`);
    if (action !== 'rollback' || this.#previous === null) return this.#report('paused', `update paused ${reason}`);
    this.#report('rollback_started', `update rolled back ${reason}`);
    const before = this.#previous;
    this.#previous = null;
    this.#begin(before, true);
  }

  #report(state: UpdateState, message: string): void {
    const now = new Date(this.#world.clock.now()).toISOString();
    const StartedAt = state === 'updating' ? now : (this.#status?.StartedAt ?? now);
    const ended = state === 'completed' || state === 'rollback_completed';
    this.#status = { State: state, Message: message, StartedAt, ...(ended ? { CompletedAt: now } : {}) };
    this.#version = this.#world.nextIndex();
  }

  /** A replicated service has numbered slots, a global one a slot for each node. */
  #wantedSlots(): readonly string[] {
    const { Replicated: replicated, ReplicatedJob: job } = this.#spec.Mode;
    if (!replicated && !job) return this.#world.readyNodes().filter((node) => this.#allows(node));
    const slots = replicated ? replicated.Replicas : job?.TotalCompletions;
    return Array.from({ length: slots ?? 1 }, (_, index) => String(index + 1));
  }

  #startRun(key: string, settled: boolean): Run {
    const { clock } = this.#world;
    const image = this.#spec.TaskTemplate.ContainerSpec.Image;
    return new Run(
      {
        clock,
        newTask: () => this.#newTask(key, image),
        place: () => this.#place(key),
        pull: (wanted) => talkative(this.#world.pull(wanted), this.#spec),
        say: (task, stream, text) => this.#say(task, stream, text),
        failed: (task) => this.#failures.report(task, clock.now()),
        again: (task) => !isJob(this.#spec) || this.#isTriedAgain(task),
      },
      settled,
    );
  }

  /** A job's task that failed is tried so often, one that has completed never again. */
  #isTriedAgain(task: MemoryTask): boolean {
    const { tries } = jobOf(this.answer) ?? { tries: null };
    const failures = this.#tasks.filter(
      ({ slot, iteration, state }) => slot === task.slot && iteration === task.iteration && state === 'failed',
    );
    return task.state !== 'complete' && (tries === null || failures.length < tries);
  }

  #newTask(key: string, image: string): MemoryTask {
    const slot = /^\d+$/.test(key) ? Number(key) : null;
    const task: MemoryTask = {
      id: this.#world.newId(),
      slot,
      image,
      template: JSON.stringify(this.#spec.TaskTemplate),
      iteration: isJob(this.#spec) ? this.#iteration : null,
      createdAt: this.#world.clock.now(),
      node: null,
      state: 'new',
      desired: 'running',
      error: null,
      ranAt: null,
    };
    const kept = this.#tasks.filter((other) => other.slot === slot).slice(0, TASK_HISTORY - 1);
    this.#tasks = [task, ...this.#tasks.filter((other) => other.slot !== slot || kept.includes(other))];
    return task;
  }

  /** The allowed node with the fewest tasks of this service. */
  #place(key: string): { node: string } | { error: string } {
    const each = this.#spec.Mode.Global || this.#spec.Mode.GlobalJob ? [key] : this.#world.allNodes();
    const refusals = each.map((node) => ({ node, why: this.#refusal(node) }));
    const load = (node: string): number => this.#tasks.filter((task) => task.node === node && task.desired === 'running').length;
    const [first] = refusals
      .filter(({ why }) => why === null)
      .map(({ node }) => node)
      .toSorted((a, b) => load(a) - load(b));
    if (first !== undefined) return { node: first };
    const counted = Map.groupBy(refusals, ({ why }) => why);
    const words = [...counted].map(([why, of]) => `${why ?? ''} on ${of.length} ${of.length === 1 ? 'node' : 'nodes'}`);
    return { error: `no suitable node (${words.join('; ')})` };
  }

  /** In Swarm's words, and in the order of its filters; null: the node takes a task. */
  #refusal(node: string): string | null {
    if (!this.#world.readyNodes().includes(node)) return 'not available for new tasks';
    if (!this.#allows(node)) return 'scheduling constraints not satisfied';
    return this.#world.full(node, this.#spec);
  }

  /** Knows `node.hostname == X` and `!= X`, the constraints that the lab's services use. */
  #allows(node: string): boolean {
    return (this.#spec.TaskTemplate.Placement?.Constraints ?? []).every((constraint) => {
      const [, not, name] = /^node\.hostname\s*([!=])=\s*(\S+)$/.exec(constraint) ?? [];
      return name === undefined || (name === node) === (not === '=');
    });
  }

  #say(task: MemoryTask, stream: 'stdout' | 'stderr', text: string): void {
    this.logLines.push({ at: this.#world.clock.now(), stream, task: task.id, node: task.node, text });
  }
}

function isJob({ Mode: mode }: ServiceSpec): boolean {
  return mode.Replicated === undefined && mode.Global === undefined;
}

/** As the lab's real images do: `LINES` lines of its environment, each ending with `WIDTH` digits, and `FAILS` stack traces. */
function talkative(image: ImageBehaviour | null, { TaskTemplate: template }: ServiceSpec): ImageBehaviour | null {
  const { Env: env } = template.ContainerSpec;
  const valueOf = (name: string): number => {
    const pairs = (Array.isArray(env) ? env : []).map(String);
    return Number(pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? 0);
  };
  const lines = valueOf('LINES');
  const fails = valueOf('FAILS');
  if (image === null || lines + fails === 0) return image;
  const traces = Array.from({ length: fails }, (_, nth) => [
    'Traceback (most recent call last):',
    `  File "pad.py", line ${nth + 1}, in save`,
    `ValueError: failure ${nth + 1}`,
  ]);
  const tail = '0'.repeat(Math.max(1, valueOf('WIDTH')));
  const numbered = Array.from({ length: lines }, (_, index) => `line ${index + 1} of ${lines} ${tail}`);
  return { ...image, stdout: [...image.stdout, ...numbered, ...traces.flat()] };
}

function stopSlot({ run, old }: Slot): void {
  run.stop();
  old?.stop();
}
