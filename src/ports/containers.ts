import type { CommandStream } from './remote.ts';

/** A container on one node of a Swarm. */
export interface ContainerRef {
  readonly id: string;
  /** Host name of its node. */
  readonly node: string;
}

export interface RunningContainer extends ContainerRef {
  /** Id of the image that it was made of, `sha256:…`: the node has it. */
  readonly image: string;
  /** Where its service's configurations (Docker's `configs`) lie in it. */
  readonly configs: readonly string[];
  /** Accounts that its environment names, by the variable that does: `POSTGRES_USER`. */
  readonly users: Readonly<Record<string, string>>;
}

export interface ContainerCommand {
  /** Program and arguments; no shell reads them. Whoever may ask Docker sees them: no secret belongs there. */
  readonly command: readonly string[];
  /** An account inside of the container; its own by default. */
  readonly user?: string;
  /** Given to the command's standard input as fast as it takes it; without one that is closed at once. */
  readonly input?: AsyncIterable<Uint8Array>;
}

export interface ThrowawayOptions {
  readonly node: string;
  readonly image: string;
  /** `NAME=value`, beside what the image has. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** On the same node: the new one runs its command, with its configurations and with what it sees of the host without being able to write there. */
  readonly like: RunningContainer;
}

/** The data of a service that is on a named volume. */
export interface DataVolume {
  readonly volume: string;
  /** The volume in whose place it was put; null for one that nobody replaced. */
  readonly insteadOf: string | null;
}

/**
 * Containers of a Swarm, each through the Docker of the node that runs it. Every method may throw what `Swarm` throws, and `swarm_node_unreachable` for a node that isn't in the
 * configuration or doesn't answer.
 */
export interface Containers {
  /** The container of a service's running task; null where none runs. @throws service_unknown */
  find(service: string, signal?: AbortSignal): Promise<RunningContainer | null>;
  /** Why no container of a service runs: the error of its newest task; null where it says none. @throws service_unknown */
  trouble(service: string, signal?: AbortSignal): Promise<string | null>;
  /**
   * Runs a command in a running container; see `CommandStream`. **Docker lets it run on when whoever listens goes away**: a command that has to end is ended by another
   * one.
   */
  exec(container: ContainerRef, command: ContainerCommand, signal?: AbortSignal): Promise<CommandStream>;
  /** Starts a container of its own: without network, without anybody's volumes. */
  run(options: ThrowawayOptions, signal?: AbortSignal): Promise<ContainerRef>;
  /** Containers that `run` has made with these labels, on every node of the configuration. */
  throwaways(labels: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<readonly ContainerRef[]>;
  /** Ends a container that `run` has made, and its volumes. @returns false when it was gone */
  remove(container: ContainerRef, signal?: AbortSignal): Promise<boolean>;
  /**
   * The named volume that a service has at one of these paths, or above it; null where its data is elsewhere: in a folder of the host, or on a volume that leads somewhere by its options.
   * @param paths absolute, inside of the container
   */
  dataVolume(service: string, paths: readonly string[], signal?: AbortSignal): Promise<DataVolume | null>;
  /** Puts a service onto another volume, in the place of this one: the old one stays. Docker makes one that isn't there yet. */
  useVolume(service: string, now: string, fresh: string, signal?: AbortSignal): Promise<void>;
}
