import { type ServiceSpec, serviceSpec } from '#adapters/docker/answers.ts';
import { updateConfigOf } from '#adapters/docker/update-policy.ts';
import type { UpdatePolicy } from '#ports/swarm.ts';

/** How a test or the demonstration describes a service. */
export interface ServiceOptions {
  readonly name: string;
  /** `host/name:tag`, pinned to its digest as the docker command line does. */
  readonly image: string;
  /** 1 by default; `global`: one on each node. */
  readonly replicas?: number | 'global';
  readonly labels?: Readonly<Record<string, string>>;
  readonly constraints?: readonly string[];
  readonly policy?: UpdatePolicy;
  readonly env?: readonly string[];
  readonly stack?: string;
  /** By their names. */
  readonly networks?: readonly string[];
  /** Reserved for each task. */
  readonly memoryBytes?: number;
  /** A port of the node itself, published with `mode=host`. */
  readonly hostPort?: number;
  /** Its tasks end: so many have to complete, or one on each node; each is tried so often (undefined: until it succeeds). */
  readonly job?: { readonly completions: number | 'global'; readonly tries?: number };
}

/** The specification in Docker's own words. */
export function specOf(options: ServiceOptions): ServiceSpec {
  const { replicas = 1, stack } = options;
  return serviceSpec.parse({
    Name: options.name,
    Labels: { ...options.labels, ...(stack === undefined ? {} : { 'com.docker.stack.namespace': stack }) },
    TaskTemplate: {
      ContainerSpec: { Image: options.image, Env: options.env ?? [] },
      Placement: { Constraints: options.constraints ?? [] },
      ...(options.memoryBytes === undefined ? {} : { Resources: { Reservations: { MemoryBytes: options.memoryBytes } } }),
      ...(options.job === undefined ? {} : { RestartPolicy: restartPolicy(options.job.tries) }),
      ...(options.networks === undefined ? {} : { Networks: options.networks.map((name) => ({ Target: name })) }),
      ForceUpdate: 0,
      Runtime: 'container',
    },
    Mode: options.job === undefined ? stayingMode(replicas) : jobMode(options.job.completions),
    ...(options.hostPort === undefined ? {} : { EndpointSpec: { Ports: [hostPort(options.hostPort)] } }),
    ...(options.policy === undefined ? {} : { UpdateConfig: updateConfigOf(options.policy, undefined) }),
  });
}

function stayingMode(replicas: number | 'global'): ServiceSpec['Mode'] {
  return replicas === 'global' ? { Global: {} } : { Replicated: { Replicas: replicas } };
}

function jobMode(completions: number | 'global'): ServiceSpec['Mode'] {
  return completions === 'global' ? { GlobalJob: {} } : { ReplicatedJob: { MaxConcurrent: completions, TotalCompletions: completions } };
}

function restartPolicy(tries: number | undefined): { readonly Condition: string; readonly MaxAttempts?: number } {
  if (tries === 1) return { Condition: 'none' };
  return tries === undefined ? { Condition: 'on-failure' } : { Condition: 'on-failure', MaxAttempts: tries - 1 };
}

function hostPort(port: number) {
  return { Protocol: 'tcp', TargetPort: port, PublishedPort: port, PublishMode: 'host' };
}
