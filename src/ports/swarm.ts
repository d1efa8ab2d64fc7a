import type { Json } from '#kernel/json.ts';
import type { Excerpt, LogQuery } from '#domain/logs/collector.ts';
import type { Said } from '#domain/logs/joiner.ts';
import type { LabelRouter } from '#domain/routes/labels.ts';

/** An image as a service's specification names it: `host/name:tag@sha256:…`. */
export interface ImageReference {
  /** As written: registry's host and name, without tag or digest (`registry.picasoft.net/pad`). */
  readonly repository: string;
  readonly tag: string | null;
  /** `sha256:…`, or null where nobody pinned it. */
  readonly digest: string | null;
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const TAG = /^\w[\w.-]{0,127}$/;
const REPOSITORY = /^[a-z0-9][a-zA-Z0-9._-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/;

/**
 * Reads `repository[:tag][@sha256:…]`. Nothing is filled in: no default registry, no `latest`.
 * @returns null when it isn't a reference that Docker would take
 */
export function parseImage(text: string): ImageReference | null {
  const [named = '', digest, ...rest] = text.split('@');
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const repository = tagged ? named.slice(0, colon) : named;
  const tag = tagged ? named.slice(colon + 1) : null;
  const valid =
    rest.length === 0 && REPOSITORY.test(repository) && (tag === null || TAG.test(tag)) && (digest === undefined || DIGEST.test(digest));
  return valid ? { repository, tag, digest: digest ?? null } : null;
}

/** The opposite of `parseImage`. */
export function formatImage({ repository, tag, digest }: ImageReference): string {
  return repository + (tag === null ? '' : `:${tag}`) + (digest === null ? '' : `@${digest}`);
}

/** Docker's update policy, with its defaults filled in. */
export interface UpdatePolicy {
  /** Tasks replaced at the same time; 0 means all at once. */
  readonly parallelism: number;
  readonly delayMs: number;
  readonly failureAction: 'pause' | 'continue' | 'rollback';
  readonly monitorMs: number;
  readonly order: 'stop-first' | 'start-first';
}

export type UpdateState = 'updating' | 'paused' | 'completed' | 'rollback_started' | 'rollback_paused' | 'rollback_completed';

export interface Healthcheck {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly startPeriodMs: number;
}

/** What a task takes of its node: Swarm's scheduler gives nobody else the same. */
export interface TaskLoad {
  /** Reserved, not used. */
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  /** Ports of the node itself (`mode=host`): `8080/tcp`. */
  readonly hostPorts: readonly string[];
}

export interface TaskNeeds extends TaskLoad {
  /** `linux/amd64`; empty: any. */
  readonly platforms: readonly string[];
  /** Most of its tasks on one node; 0: as many as there is room for. */
  readonly maxPerNode: number;
}

/** A service whose tasks end: each change of it runs them again. */
export interface JobView {
  /** Counts the runs. */
  readonly iteration: number;
  /** Tasks that have to complete; null: one on each node (`global-job`). */
  readonly completions: number | null;
  /** Tries of a task that fails, the first included; null: until it succeeds. */
  readonly tries: number | null;
}

export interface ServiceView {
  readonly id: string;
  readonly name: string;
  /** The index that an update has to name. Status writes move it too: compare `specHash` as well. */
  readonly version: number;
  /** Canonical hash of the specification alone. */
  readonly specHash: string;
  /** The specification as Docker gives it, kept for the ledger; nothing reads inside. */
  readonly spec: Json;
  readonly image: ImageReference;
  readonly mode: 'replicated' | 'global' | 'job';
  /** Wanted replicas; null for a global service. A job's: how many run at a time. */
  readonly replicas: number | null;
  readonly running: number;
  readonly stack: string | null;
  readonly constraints: readonly string[];
  /** What Traefik is asked for by its labels. */
  readonly routes: readonly LabelRouter[];
  readonly labels: Readonly<Record<string, string>>;
  /** Ids of the networks that its tasks are on: `networks` names them. */
  readonly networks: readonly string[];
  readonly policy: UpdatePolicy;
  /** Null where the service's own specification has none (the image may still have one). */
  readonly healthcheck: Healthcheck | null;
  /** What each of its tasks wants of a node. */
  readonly needs: TaskNeeds;
  /** Null unless `mode` is `job`. */
  readonly job: JobView | null;
  readonly update: {
    readonly state: UpdateState;
    readonly message: string;
    readonly startedAt: number | null;
    readonly completedAt: number | null;
  } | null;
}

export interface TaskView {
  readonly id: string;
  readonly slot: number | null;
  readonly node: string | null;
  /** Docker's task states: new, pending, assigned, preparing, starting, running, complete, failed, rejected, shutdown, … */
  readonly state: string;
  readonly desired: string;
  readonly error: string | null;
  readonly image: ImageReference;
  readonly createdAt: number;
  /** Which run of a job it belongs to; null for a task of another service. */
  readonly iteration: number | null;
}

export interface NodeView {
  readonly id: string;
  readonly hostname: string;
  readonly role: 'manager' | 'worker';
  readonly availability: 'active' | 'pause' | 'drain';
  readonly state: 'ready' | 'down' | 'unknown' | 'disconnected';
  readonly leader: boolean;
  readonly address: string | null;
  /** Labels of the node, and of its Docker daemon. */
  readonly labels: Readonly<Record<string, string>>;
  readonly engineLabels: Readonly<Record<string, string>>;
  /** `linux/amd64`; null where the node never said. */
  readonly platform: string | null;
  readonly memoryBytes: number;
  readonly nanoCpus: number;
  /** What is meant to run on it now. */
  readonly load: readonly NodeLoad[];
}

export interface NetworkView {
  readonly id: string;
  readonly name: string;
}

/** A task on a node, and what it takes of it. */
export interface NodeLoad extends TaskLoad {
  /** Id of its service. */
  readonly service: string;
}

export interface LogLine extends Said {
  readonly stream: 'stdout' | 'stderr';
  readonly task: string;
  readonly node: string | null;
}

export type LogExcerpt = Excerpt<LogLine>;

export interface ResolvedImage {
  readonly digest: string;
  /** `registry`: the registry answers for it. `node`: the registry can't be had, but a node of this Swarm holds the image. */
  readonly from: 'registry' | 'node';
}

/** A tag of a repository. */
export interface ImageTag {
  readonly name: string;
  /** When its image was built (ms); null: nobody knows, or it was not looked up. */
  readonly builtAt: number | null;
}

export interface ImageTags {
  /** Newest first; those whose age nobody knows follow, by their names. */
  readonly tags: readonly ImageTag[];
  /** The registry has more than were read. */
  readonly more: boolean;
}

/**
 * Reading a Docker Swarm. Every method may throw a `VigieError`: `swarm_unreachable`, `swarm_not_manager`, `swarm_refused`,
 * and where the way leads over SSH `ssh_unreachable` and `ssh_host_key`, which name that hop.
 * When its signal aborts, a method rejects with the signal's reason as it is.
 */
export interface SwarmReader {
  services(signal?: AbortSignal): Promise<readonly ServiceView[]>;
  /** @throws service_unknown, with the nearest name */
  service(name: string, signal?: AbortSignal): Promise<ServiceView>;
  /** Tasks of a service, newest first, ended ones included. */
  tasks(service: string, signal?: AbortSignal): Promise<readonly TaskView[]>;
  /** In order of their names. */
  nodes(signal?: AbortSignal): Promise<readonly NodeView[]>;
  /** Networks that services may be on. */
  networks(signal?: AbortSignal): Promise<readonly NetworkView[]>;
  /**
   * Looks a reference up and checks that it can be pulled, with the registry's credentials.
   * @throws image_unknown, image_unauthorized, registry_unreachable and registry_refused (and no node holds it)
   */
  resolveImage(reference: string, signal?: AbortSignal): Promise<ResolvedImage>;
  /**
   * The tags that a repository's registry has (`registry.picasoft.net/pad`), with its credentials.
   * @throws image_unknown, image_unauthorized, registry_unreachable, registry_refused
   */
  tags(repository: string, signal?: AbortSignal): Promise<ImageTags>;
  /** What the tasks wrote, the newest of it however much there is; notes are Docker's own words. Logs that stall are given as far as they came. */
  logs(service: string, query: LogQuery, signal?: AbortSignal): Promise<LogExcerpt>;
}

/** What an update changes; what isn't named stays: never mounts, secrets, networks or environment. */
export interface ServiceChange {
  /** `repository:tag@sha256:…` or `repository@sha256:…`. */
  readonly image?: string;
  readonly replicas?: number;
  readonly policy?: UpdatePolicy;
  /** Starts all tasks anew; a job's run again. */
  readonly force?: boolean;
  /**
   * Goes back to the whole specification from before the last update; nothing else that is named here counts. Docker tells it as its own
   * rollback, and remembers one specification only: asked again it goes forward, and after a rollback by itself it knows none.
   */
  readonly back?: boolean;
}

export interface Swarm extends SwarmReader {
  /**
   * Sends one update, never repeated by the adapter itself. Returns when Docker has accepted it: the rollout goes on
   * afterwards, look at `service().update` and `tasks()`. After `swarm_unreachable` it is unknown whether it was accepted.
   * @param version the service's version index that the plan saw
   * @throws service_unknown, service_changed when the index isn't the service's any more, image_invalid,
   *   service_not_replicated for `replicas` of a global service, service_no_way_back when Docker remembers nothing to go back to
   */
  update(service: string, version: number, change: ServiceChange, signal?: AbortSignal): Promise<void>;
  /**
   * Says whether a node takes tasks; `drain` ends those that it has, and Swarm starts them elsewhere. Nothing is done where it is so
   * already: it may be said again. Returns when Docker has accepted it; what moves, moves afterwards.
   * @param node its id
   * @throws swarm_node_unknown
   */
  setAvailability(node: string, availability: NodeView['availability'], signal?: AbortSignal): Promise<void>;
}
