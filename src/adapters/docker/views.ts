import { canonicalHash } from '#kernel/hash.ts';
import type { Json } from '#kernel/json.ts';
import { routersOf } from '#domain/routes/labels.ts';
import { type ImageReference, type NodeView, parseImage, type ServiceView, type TaskView, type UpdateState } from '#ports/swarm.ts';
import type { NodeAnswer, ServiceAnswer, ServiceSpec, TaskAnswer } from './answers.ts';
import { asJson, hashable } from './json.ts';
import { jobOf } from './job.ts';
import { loadOf, needsOf, platformOf } from './needs.ts';
import { healthcheckOf, policyOf } from './update-policy.ts';

const STACK_LABEL = 'com.docker.stack.namespace';

const UPDATE_STATES: readonly UpdateState[] = [
  'updating',
  'paused',
  'completed',
  'rollback_started',
  'rollback_paused',
  'rollback_completed',
];

/** @param running tasks that run */
export function serviceView(answer: ServiceAnswer, running: number): ServiceView {
  const { Spec: spec } = answer;
  const json = asJson(spec);
  const labels = spec.Labels ?? {};
  return {
    id: answer.ID,
    name: spec.Name,
    version: answer.Version.Index,
    specHash: specHashOf(json),
    spec: json,
    image: imageOf(spec.TaskTemplate.ContainerSpec.Image),
    mode: modeOf(spec),
    replicas: replicasOf(spec),
    running,
    stack: labels[STACK_LABEL] ?? null,
    constraints: spec.TaskTemplate.Placement?.Constraints ?? [],
    routes: routersOf(labels),
    labels,
    networks: (spec.TaskTemplate.Networks ?? spec.Networks ?? []).map(({ Target: id }) => id),
    policy: policyOf(spec.UpdateConfig),
    healthcheck: healthcheckOf(spec.TaskTemplate.ContainerSpec.Healthcheck),
    needs: needsOf(spec),
    job: jobOf(answer),
    update: updateOf(answer.UpdateStatus),
  };
}

/** @param hostnames of the nodes, by their ids */
export function taskView(answer: TaskAnswer, hostnames: ReadonlyMap<string, string>): TaskView {
  const { Status: status, NodeID: node } = answer;
  return {
    id: answer.ID,
    slot: answer.Slot ?? null,
    node: node === undefined ? null : (hostnames.get(node) ?? node),
    state: status.State,
    desired: answer.DesiredState,
    error: status.Err ?? null,
    image: imageOf(answer.Spec.ContainerSpec?.Image ?? ''),
    createdAt: Date.parse(answer.CreatedAt),
    iteration: answer.JobIteration ? (answer.JobIteration.Index ?? 0) : null,
  };
}

/** @param tasks all that are meant to run, of whatever service and node */
export function nodeView(answer: NodeAnswer, tasks: readonly TaskAnswer[]): NodeView {
  return {
    id: answer.ID,
    hostname: answer.Description?.Hostname ?? answer.ID,
    role: answer.Spec.Role,
    availability: answer.Spec.Availability,
    state: answer.Status.State,
    leader: answer.ManagerStatus?.Leader ?? false,
    address: answer.Status.Addr ?? null,
    labels: answer.Spec.Labels ?? {},
    engineLabels: answer.Description?.Engine?.Labels ?? {},
    platform: platformOf(answer.Description?.Platform),
    memoryBytes: answer.Description?.Resources?.MemoryBytes ?? 0,
    nanoCpus: answer.Description?.Resources?.NanoCPUs ?? 0,
    load: tasks.filter(({ NodeID: node }) => node === answer.ID).map(loadOf),
  };
}

/** Hash of a specification. A fraction (`MaxFailureRatio`) is hashed as text. */
export function specHashOf(spec: Json): string {
  return canonicalHash(hashable(spec));
}

/** Docker may hold a reference that `parseImage` doesn't know; it is shown as it is. */
function imageOf(text: string): ImageReference {
  return parseImage(text) ?? { repository: text, tag: null, digest: null };
}

function modeOf({ Mode: mode }: ServiceSpec): ServiceView['mode'] {
  if (mode.Replicated) return 'replicated';
  return mode.Global === undefined || mode.Global === null ? 'job' : 'global';
}

function replicasOf({ Mode: mode }: ServiceSpec): number | null {
  if (mode.Replicated) return mode.Replicated.Replicas ?? 1;
  return mode.ReplicatedJob ? (mode.ReplicatedJob.MaxConcurrent ?? 1) : null;
}

function updateOf(status: ServiceAnswer['UpdateStatus']): ServiceView['update'] {
  const state = UPDATE_STATES.find((known) => known === status?.State);
  if (status === undefined || state === undefined) return null;
  return {
    state,
    message: status.Message ?? '',
    startedAt: timeOf(status.StartedAt),
    completedAt: timeOf(status.CompletedAt),
  };
}

function timeOf(text: string | undefined): number | null {
  return text === undefined ? null : Date.parse(text);
}
