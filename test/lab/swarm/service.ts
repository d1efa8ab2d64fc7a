import type { ServiceAnswer, ServiceSpec } from '#adapters/docker/answers.ts';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '#kernel/clock.ts';
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
  readonly logLines: LogLine[] = [];

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
    };
  }

  /** Newest first. */
  get tasks(): readonly MemoryTask[] {
    return this.#tasks;
  }

  get running(): number {
    return this.#slots.filter(({ run }) => run.task.state === 'running' && run.task.desired === 'running').length;
  }

  /** Takes a new specification, and begins to bring the tasks to it. */
  update(spec: ServiceSpec): void {
    this.#previous = this.#spec;
    this.#begin(spec, false);
  }

  /** Takes tasks away from a node that is gone. */
  leaveNode(hostname: string): void {
    for (const { run } of this.#slots) if (run.task.node === hostname) run.lose();
  }

  /** Starts or stops tasks until there are as many slots as wanted. */
  reconcile(settled: boolean): void {
    const wanted = this.#wantedSlots();
    for (const slot of this.#slots) if (!wanted.includes(slot.key)) slot.run.stop();
    this.#slots = wanted.map((key) => this.#slots.find((slot) => slot.key === key) ?? { key, run: this.#startRun(key, settled) });
  }

  stop(): void {
    this.#rollout.abort();
    for (const { run } of this.#slots) run.stop();
  }

  #begin(spec: ServiceSpec, rollback: boolean): void {
    const changed = !isDeepStrictEqual(spec.TaskTemplate, this.#spec.TaskTemplate);
    this.#rollout.abort();
    this.#spec = spec;
    this.#version = this.#world.nextIndex();
    if (!rollback) this.#status = undefined;
    const old = [...this.#slots];
    this.reconcile(false);
    const slots = this.#slots.filter((slot) => old.includes(slot));
    if (changed) void this.#rollOut(slots, rollback);
  }

  async #rollOut(slots: readonly Slot[], rollback: boolean): Promise<void> {
    const { signal } = (this.#rollout = new AbortController());
    const { clock } = this.#world;
    const policy = rollback ? policyOf(undefined) : policyOf(this.#spec.UpdateConfig);
    if (!rollback) this.#report('updating', 'update in progress');
    const failures = (this.#failures = new FailureWatch(policy.monitorMs));
    const startRun = (slot: Slot): Run => this.#startRun(slot.key, false);
    const result = await rollOut({ clock, policy, signal, slots, failures, startRun });
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
    const { Replicated: replicated } = this.#spec.Mode;
    if (!replicated) return this.#world.readyNodes().filter((node) => this.#allows(node));
    return Array.from({ length: replicated.Replicas ?? 1 }, (_, index) => String(index + 1));
  }

  #startRun(key: string, settled: boolean): Run {
    const { clock } = this.#world;
    const image = this.#spec.TaskTemplate.ContainerSpec.Image;
    return new Run(
      {
        clock,
        newTask: () => this.#newTask(key, image),
        place: () => this.#place(key),
        pull: (wanted) => this.#world.pull(wanted),
        say: (task, stream, text) => this.#say(task, stream, text),
        failed: (task) => this.#failures.report(task, clock.now()),
      },
      settled,
    );
  }

  #newTask(key: string, image: string): MemoryTask {
    const slot = this.#spec.Mode.Replicated ? Number(key) : null;
    const task: MemoryTask = {
      id: this.#world.newId(),
      slot,
      image,
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
    const ready = this.#world.readyNodes();
    if (!this.#spec.Mode.Replicated) return { node: key };
    const load = (node: string): number => this.#tasks.filter((task) => task.node === node && task.desired === 'running').length;
    const [first] = ready.filter((node) => this.#allows(node)).toSorted((a, b) => load(a) - load(b));
    if (first !== undefined) return { node: first };
    return {
      error: `no suitable node (scheduling constraints not satisfied on ${this.#world.allNodes().length} nodes)`,
    };
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
