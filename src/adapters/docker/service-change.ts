import { VigieError } from '#kernel/errors.ts';
import { parseImage, type ServiceChange } from '#ports/swarm.ts';
import type { ServiceSpec } from './answers.ts';
import { updateConfigOf } from './update-policy.ts';

/**
 * The specification with just the change: Docker replaces a service's specification whole, so what isn't sent is lost.
 * @throws image_invalid, service_not_replicated
 */
export function changedSpec(spec: ServiceSpec, change: ServiceChange): ServiceSpec {
  if (change.back === true) return spec;
  return [withImage, withReplicas, withPolicy, withForce].reduce((changed, apply) => apply(changed, change), spec);
}

function withImage(spec: ServiceSpec, { image }: ServiceChange): ServiceSpec {
  if (image === undefined) return spec;
  if (parseImage(image) === null) throw new VigieError('image_invalid', { image });
  const template = spec.TaskTemplate;
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Image: image } } };
}

function withReplicas(spec: ServiceSpec, { replicas }: ServiceChange): ServiceSpec {
  if (replicas === undefined) return spec;
  const { Mode: mode } = spec;
  if (!mode.Replicated) {
    const named = mode.Global ? 'global' : 'job';
    throw new VigieError('service_not_replicated', { service: spec.Name, mode: named });
  }
  return { ...spec, Mode: { ...mode, Replicated: { ...mode.Replicated, Replicas: replicas } } };
}

function withPolicy(spec: ServiceSpec, { policy }: ServiceChange): ServiceSpec {
  return policy === undefined ? spec : { ...spec, UpdateConfig: updateConfigOf(policy, spec.UpdateConfig) };
}

/** Docker starts all tasks anew when this counter moves. */
function withForce(spec: ServiceSpec, { force }: ServiceChange): ServiceSpec {
  if (force !== true) return spec;
  const template = spec.TaskTemplate;
  return { ...spec, TaskTemplate: { ...template, ForceUpdate: (template.ForceUpdate ?? 0) + 1 } };
}
