import type { Clock } from '#kernel/clock.ts';
import type { ImageBehaviour } from './image.ts';

/** One container of a service, as Swarm tells of it. */
export interface MemoryTask {
  readonly id: string;
  readonly slot: number | null;
  readonly image: string;
  /** What it was made from: equal for tasks of one version of the service. */
  readonly template: string;
  /** Which run of a job it belongs to. */
  readonly iteration: number | null;
  readonly createdAt: number;
  node: string | null;
  state: string;
  desired: string;
  error: string | null;
  /** When it came to run. */
  ranAt: number | null;
}

/** What a task needs of the Swarm around it. */
export interface TaskWorld {
  readonly clock: Clock;
  newTask(): MemoryTask;
  /** @returns the node's name, or why there is none */
  place(): { node: string } | { error: string };
  pull(image: string): ImageBehaviour | null;
  say(task: MemoryTask, stream: 'stdout' | 'stderr', text: string): void;
  failed(task: MemoryTask): void;
  /** Whether another follows when this one has ended. */
  again(task: MemoryTask): boolean;
}

/** Docker's own waits: between a failure and the next try, and while an image is prepared. */
const RESTART_DELAY_MS = 5000;
const PREPARE_MS = 300;
/** How often the scheduler tries again to place a task. */
const PLACE_AGAIN_MS = 1000;

/**
 * The tasks that follow one another in a slot for one version of a service: Swarm starts another when one ends, until
 * it is told to stop.
 */
export class Run {
  readonly #world: TaskWorld;
  readonly #stop = new AbortController();
  #lost = new AbortController();
  #task: MemoryTask;
  /** Resolves with whether the first task came to run. */
  readonly started: Promise<boolean>;
  readonly #reportStart: (runs: boolean) => void;

  /** @param settled it runs already, and has for long */
  constructor(world: TaskWorld, settled: boolean) {
    this.#world = world;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.started = promise;
    this.#reportStart = resolve;
    this.#task = world.newTask();
    void this.#keep(settled);
  }

  get task(): MemoryTask {
    return this.#task;
  }

  stop(): void {
    this.#stop.abort();
    this.#task.desired = 'shutdown';
    if (!isOver(this.#task)) this.#task.state = 'shutdown';
    this.#reportStart(false);
  }

  /** Its node is gone: Swarm doesn't know how the task fares, or has ended it there, and starts another elsewhere. */
  lose(drained: boolean): void {
    this.#task.desired = 'shutdown';
    if (drained) this.#task.state = 'shutdown';
    this.#lost.abort();
  }

  async #keep(settled: boolean): Promise<void> {
    await this.#live(settled);
    while (!this.#stop.signal.aborted && this.#world.again(this.#task)) {
      const waitMs = this.#lost.signal.aborted ? 0 : RESTART_DELAY_MS;
      this.#lost = new AbortController();
      this.#task = this.#world.newTask();
      this.#become('ready', 'ready');
      await this.#sleep(waitMs);
      if (!this.#stop.signal.aborted) await this.#live(false);
    }
  }

  /** From its start to its end; returns early when it is stopped or lost. */
  async #live(settled: boolean): Promise<void> {
    this.#become('pending', 'running');
    const place = this.#world.place();
    const node = 'node' in place ? place.node : await this.#findNode(place.error);
    if (node === null) return;
    this.#task.node = node;
    this.#task.error = null;
    this.#become('preparing', 'running');
    if (!settled) await this.#sleep(PREPARE_MS);
    if (this.#ended) return;
    const image = this.#world.pull(this.#task.image);
    if (image === null) return this.#fail('rejected', `No such image: ${this.#task.image.split('@')[0]}`);
    await this.#start(image, settled);
  }

  async #start(image: ImageBehaviour, settled: boolean): Promise<void> {
    this.#become('starting', 'running');
    for (const text of image.stdout) this.#world.say(this.#task, 'stdout', text);
    for (const text of image.stderr) this.#world.say(this.#task, 'stderr', text);
    if (!settled) await this.#sleep(image.startMs);
    if (this.#ended) return;
    if (image.fails === 'unhealthy') return this.#fail('failed', 'task: non-zero exit (137): dockerexec: unhealthy container');
    if (image.fails === 'exit') return this.#fail('failed', 'task: non-zero exit (1)');
    this.#become('running', 'running');
    this.#task.ranAt = this.#world.clock.now();
    this.#reportStart(true);
    await this.#sleep(image.completesAfterMs ?? image.exitsAfterMs ?? Infinity);
    if (this.#ended) return;
    if (image.completesAfterMs === null) this.#fail('failed', 'task: non-zero exit (1)');
    else this.#become('complete', 'shutdown');
  }

  /** Pending, with the scheduler's reason, until there is room. @returns null when somebody has stopped it */
  async #findNode(refusal: string): Promise<string | null> {
    this.#task.error = refusal;
    for (;;) {
      await this.#sleep(PLACE_AGAIN_MS);
      if (this.#ended) return null;
      const place = this.#world.place();
      if ('node' in place) return place.node;
      this.#task.error = place.error;
    }
  }

  #fail(state: 'failed' | 'rejected', error: string): void {
    this.#become(state, 'shutdown');
    this.#task.error = error;
    this.#reportStart(false);
    this.#world.failed(this.#task);
  }

  #become(state: string, desired: string): void {
    this.#task.state = state;
    this.#task.desired = desired;
  }

  get #ended(): boolean {
    return this.#stop.signal.aborted || this.#lost.signal.aborted;
  }

  #sleep(ms: number): Promise<void> {
    const signal = AbortSignal.any([this.#stop.signal, this.#lost.signal]);
    if (ms !== Infinity) return this.#world.clock.sleep(ms, signal);
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

function isOver({ state }: MemoryTask): boolean {
  return state === 'failed' || state === 'rejected' || state === 'shutdown' || state === 'complete';
}
