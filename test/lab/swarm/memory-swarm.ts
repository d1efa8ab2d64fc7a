import { byName } from '#kernel/by-name.ts';
import { Collector, type LogQuery } from '#domain/logs/collector.ts';
import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import { type FaultOptions, Faults } from '#test/lab/faults.ts';
import type { ServiceSpec } from '#adapters/docker/answers.ts';
import { needsOf } from '#adapters/docker/needs.ts';
import { changedSpec } from '#adapters/docker/service-change.ts';
import { serviceView, taskView } from '#adapters/docker/views.ts';
import {
  formatImage,
  type ImageTags,
  type LogExcerpt,
  type LogLine,
  type NetworkView,
  type NodeView,
  parseImage,
  type ResolvedImage,
  type ServiceChange,
  type ServiceView,
  type Swarm,
  type TaskView,
} from '#ports/swarm.ts';
import { MemoryRegistry } from './registry.ts';
import { MemoryService } from './service.ts';
import { type ServiceOptions, specOf } from './service-spec.ts';

const HOST = 'lab';
/** Memory of a node: 8 GiB. */
const NODE_BYTES = 8 * 1024 ** 3;

export type SwarmMethod = keyof Swarm;

/**
 * A Docker Swarm in memory, for the demonstration and the fast tests: two nodes, a registry, services whose updates take
 * their time on the clock that it is given. It keeps nothing: each start is a new one.
 *
 * @example
 * const swarm = new MemorySwarm(clock);
 * swarm.registry.push('registry.lab/pad:1');
 * swarm.createService({ name: 'pad', image: 'registry.lab/pad:1', replicas: 2 });
 */
export class MemorySwarm implements Swarm {
  readonly registry = new MemoryRegistry();
  /** Networks that no service is on. */
  readonly idleNetworks: string[] = [];
  readonly #clock: Clock;
  readonly #faults = new Faults<SwarmMethod>();
  readonly #services = new Map<string, MemoryService>();
  #nodes: readonly NodeView[];
  #unreachable: string | null = null;
  #index = 10;
  #ids = 0;

  constructor(clock: Clock, hostnames: readonly string[] = ['pica01', 'pica02']) {
    this.#clock = clock;
    this.#nodes = hostnames.map((hostname, number) => node(this.#newId('node'), hostname, number === 0));
  }

  /**
   * @param settled its tasks run from the start; otherwise they take their time
   * @returns its id
   */
  createService(options: ServiceOptions, settled = true): string {
    if (this.#services.has(options.name)) throw new Error(`the lab has a service ${options.name} already`);
    const service = new MemoryService(this.#world(), specOf({ ...options, image: this.#pinned(options.image) }), settled);
    this.#services.set(options.name, service);
    return service.id;
  }

  removeService(name: string): void {
    this.#known(name).stop();
    this.#services.delete(name);
  }

  /** The next calls of `method` fail with `error`; with `afterEffect`, they have worked all the same. */
  failNext(method: SwarmMethod, error: Error, options?: FaultOptions): void {
    this.#faults.failNext(method, error, options);
  }

  /** The next call of `method` answers nothing until its signal aborts. */
  stallNext(method: SwarmMethod): void {
    this.#faults.stallNext(method);
  }

  /** From now on nothing answers, until it is called with null. The services live on. */
  beUnreachable(reason: string | null = 'connection refused'): void {
    this.#unreachable = reason;
  }

  /** A node dies: its tasks start elsewhere. Or it comes back. */
  setNode(hostname: string, change: Partial<Omit<NodeView, 'id' | 'hostname' | 'load'>>): void {
    this.#nodes = this.#nodes.map((one) => (one.hostname === hostname ? { ...one, ...change } : one));
    const gone = !this.#readyNodes().includes(hostname);
    for (const service of this.#services.values()) {
      if (gone) service.leaveNode(hostname, change.availability === 'drain');
      if (!service.spec.Mode.Replicated) service.reconcile(false);
    }
  }

  /** What a service's container says, beside what its image says at its start. */
  say(name: string, stream: LogLine['stream'], text: string, at = this.#clock.now()): void {
    const service = this.#known(name);
    const task = service.tasks.find(({ state }) => state === 'running');
    if (task === undefined) return;
    const before = service.logLines.findLastIndex((line) => line.at <= at);
    service.logLines.splice(before + 1, 0, { at, stream, task: task.id, node: task.node, text });
  }

  /** Stops whatever is under way: nothing sleeps on the clock any more. */
  close(): Promise<void> {
    for (const service of this.#services.values()) service.stop();
    return Promise.resolve();
  }

  services(signal?: AbortSignal): Promise<readonly ServiceView[]> {
    return this.#answer('services', signal, () => [...this.#services.values()].map(viewOf));
  }

  service(name: string, signal?: AbortSignal): Promise<ServiceView> {
    return this.#answer('service', signal, () => viewOf(this.#known(name)));
  }

  tasks(service: string, signal?: AbortSignal): Promise<readonly TaskView[]> {
    return this.#answer('tasks', signal, () => this.#known(service).tasks.map(viewOfTask));
  }

  nodes(signal?: AbortSignal): Promise<readonly NodeView[]> {
    return this.#answer('nodes', signal, () => this.#nodes.map((one) => ({ ...one, load: this.#loadOf(one.hostname) })));
  }

  networks(signal?: AbortSignal): Promise<readonly NetworkView[]> {
    return this.#answer('networks', signal, () => {
      const names = [...this.#services.values()].flatMap(({ spec }) => (spec.TaskTemplate.Networks ?? []).map(({ Target: name }) => name));
      return [...new Set([...names, ...this.idleNetworks])].map((name) => ({ id: name, name }));
    });
  }

  resolveImage(reference: string, signal?: AbortSignal): Promise<ResolvedImage> {
    return this.#answer('resolveImage', signal, () => this.registry.resolve(reference));
  }

  tags(repository: string, signal?: AbortSignal): Promise<ImageTags> {
    return this.#answer('tags', signal, () => this.registry.tags(repository));
  }

  logs(service: string, query: LogQuery, signal?: AbortSignal): Promise<LogExcerpt> {
    return this.#answer('logs', signal, () => {
      const collector = new Collector<LogLine>(query);
      for (const line of this.#known(service).logLines) collector.add(`${line.task} ${line.stream}`, { ...line, cut: 0 });
      const { lines, levelless, dropped } = collector.take();
      return { lines, notes: [], older: dropped, whole: true, levelless };
    });
  }

  update(name: string, version: number, change: ServiceChange, signal?: AbortSignal): Promise<void> {
    return this.#answer('update', signal, () => {
      const service = this.#known(name);
      const spec = changedSpec(service.spec, change);
      if (service.version !== version) throw new VigieError('service_changed', { service: name });
      if (change.back !== true) return service.update(spec);
      if (!service.goBack()) throw new VigieError('service_no_way_back', { service: name });
    });
  }

  setAvailability(id: string, availability: NodeView['availability'], signal?: AbortSignal): Promise<void> {
    return this.#answer('setAvailability', signal, () => {
      const node = this.#nodes.find((one) => one.id === id);
      if (node === undefined) throw new VigieError('swarm_node_unknown', { node: id, nearest: null });
      this.setNode(node.hostname, { availability });
    });
  }

  #answer<T>(method: SwarmMethod, signal: AbortSignal | undefined, work: () => T): Promise<T> {
    return this.#faults.around(method, signal, () => {
      if (this.#unreachable === null) return work();
      throw new VigieError('swarm_unreachable', { host: HOST, reason: this.#unreachable });
    });
  }

  #known(name: string): MemoryService {
    const [, service] = byName(this.#services, name, ([known]) => [known]) ?? [];
    if (service) return service;
    throw new VigieError('service_unknown', { service: name, nearest: nearest(name, this.#services.keys()) });
  }

  #world(): ConstructorParameters<typeof MemoryService>[0] {
    return {
      clock: this.#clock,
      nextIndex: () => (this.#index += 1),
      newId: () => this.#newId('lab'),
      readyNodes: () => this.#readyNodes(),
      allNodes: () => this.#nodes.map(({ hostname }) => hostname),
      pull: (image) => this.registry.pull(image),
      full: (hostname, spec) => this.#fullness(hostname, spec),
    };
  }

  #loadOf(hostname: string): NodeView['load'] {
    return [...this.#services.values()].flatMap(({ id, spec, tasks }) => {
      const { memoryBytes, nanoCpus, hostPorts } = needsOf(spec);
      return tasks
        .filter(({ node, desired }) => node === hostname && desired === 'running')
        .map(() => ({ service: id, memoryBytes, nanoCpus, hostPorts }));
    });
  }

  #fullness(hostname: string, spec: ServiceSpec): string | null {
    const node = this.#nodes.find((one) => one.hostname === hostname);
    const { memoryBytes, hostPorts } = needsOf(spec);
    const load = this.#loadOf(hostname);
    const taken = load.reduce((sum, each) => sum + each.memoryBytes, 0);
    if (taken + memoryBytes > (node?.memoryBytes ?? 0)) return 'insufficient resources';
    return load.some((each) => each.hostPorts.some((port) => hostPorts.includes(port))) ? 'host-mode port already in use' : null;
  }

  #readyNodes(): readonly string[] {
    return this.#nodes.filter(({ state, availability }) => state === 'ready' && availability === 'active').map(({ hostname }) => hostname);
  }

  /** With the digest of its tag, where the registry has it. */
  #pinned(reference: string): string {
    const image = parseImage(reference);
    if (image === null || image.digest !== null || this.registry.pull(reference) === null) return reference;
    return formatImage({ ...image, digest: this.registry.resolve(reference).digest });
  }

  /** As long as Docker's: 25 letters and digits. */
  #newId(kind: string): string {
    this.#ids += 1;
    return `${kind}${String(this.#ids).padStart(25 - kind.length, '0')}`;
  }
}

function viewOf(service: MemoryService): ServiceView {
  return serviceView(service.answer, service.running);
}

function viewOfTask(task: MemoryService['tasks'][number]): TaskView {
  const { image, ...seen } = task;
  return taskView(
    {
      ID: seen.id,
      CreatedAt: new Date(seen.createdAt).toISOString(),
      DesiredState: seen.desired,
      Spec: { ContainerSpec: { Image: image } },
      Status: { State: seen.state, ...(seen.error === null ? {} : { Err: seen.error }) },
      ...(seen.slot === null ? {} : { Slot: seen.slot }),
      ...(seen.node === null ? {} : { NodeID: seen.node }),
      ...(seen.iteration === null ? {} : { JobIteration: { Index: seen.iteration } }),
    },
    new Map(),
  );
}

function node(id: string, hostname: string, leader: boolean): NodeView {
  return {
    id,
    hostname,
    role: leader ? 'manager' : 'worker',
    availability: 'active',
    state: 'ready',
    leader,
    address: null,
    labels: {},
    engineLabels: {},
    platform: 'linux/amd64',
    memoryBytes: NODE_BYTES,
    nanoCpus: 4_000_000_000,
    load: [],
  };
}
