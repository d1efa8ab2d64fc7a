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
      ForceUpdate: 0,
      Runtime: 'container',
    },
    Mode: replicas === 'global' ? { Global: {} } : { Replicated: { Replicas: replicas } },
    ...(options.policy === undefined ? {} : { UpdateConfig: updateConfigOf(options.policy, undefined) }),
  });
}
