import { z } from 'zod';

/**
 * What is read of the Docker Engine API's answers (version 1.41, Docker 20.10, or newer). Whatever else they hold
 * passes through unread: a specification must go back whole.
 */

const nanoseconds = z.number();
const labels = z.record(z.string(), z.string()).nullish();

const healthcheck = z.looseObject({
  Test: z.array(z.string()).nullish(),
  Interval: nanoseconds.optional(),
  Timeout: nanoseconds.optional(),
  Retries: z.number().optional(),
  StartPeriod: nanoseconds.optional(),
});

export const updateConfig = z.looseObject({
  Parallelism: z.number().optional(),
  Delay: nanoseconds.optional(),
  FailureAction: z.string().optional(),
  Monitor: nanoseconds.optional(),
  Order: z.string().optional(),
});

const resources = z.looseObject({ NanoCPUs: z.number().optional(), MemoryBytes: z.number().optional() });
const reservations = z.looseObject({ Reservations: resources.optional() });
const platform = z.looseObject({ OS: z.string().optional(), Architecture: z.string().optional() });

const ports = z.array(
  z.looseObject({ PublishMode: z.string().optional(), PublishedPort: z.number().optional(), Protocol: z.string().optional() }),
);

const attached = z.array(z.looseObject({ Target: z.string() })).nullish();

const taskTemplate = z.looseObject({
  ContainerSpec: z.looseObject({ Image: z.string(), Healthcheck: healthcheck.optional() }),
  Resources: reservations.nullish(),
  RestartPolicy: z.looseObject({ Condition: z.string().optional(), MaxAttempts: z.number().optional() }).nullish(),
  Placement: z
    .looseObject({
      Constraints: z.array(z.string()).nullish(),
      Platforms: z.array(platform).nullish(),
      MaxReplicas: z.number().optional(),
    })
    .optional(),
  ForceUpdate: z.number().optional(),
  Networks: attached,
});

export const serviceSpec = z.looseObject({
  Name: z.string(),
  Labels: labels,
  TaskTemplate: taskTemplate,
  Mode: z.looseObject({
    Replicated: z.looseObject({ Replicas: z.number().optional() }).optional(),
    Global: z.unknown().optional(),
    ReplicatedJob: z.looseObject({ MaxConcurrent: z.number().optional(), TotalCompletions: z.number().optional() }).optional(),
    GlobalJob: z.unknown().optional(),
  }),
  UpdateConfig: updateConfig.optional(),
  EndpointSpec: z.looseObject({ Ports: ports.nullish() }).nullish(),
  /** Where Docker kept them before 1.25 of its API. */
  Networks: attached,
});

export const serviceAnswer = z.looseObject({
  ID: z.string(),
  Version: z.looseObject({ Index: z.number() }),
  Spec: serviceSpec,
  UpdateStatus: z
    .looseObject({
      State: z.string().optional(),
      StartedAt: z.string().optional(),
      CompletedAt: z.string().optional(),
      Message: z.string().optional(),
    })
    .optional(),
  ServiceStatus: z.looseObject({ RunningTasks: z.number() }).optional(),
  JobStatus: z.looseObject({ JobIteration: z.looseObject({ Index: z.number().optional() }).optional() }).nullish(),
});

export const taskAnswer = z.looseObject({
  ID: z.string(),
  CreatedAt: z.string(),
  Slot: z.number().optional(),
  NodeID: z.string().optional(),
  ServiceID: z.string().optional(),
  DesiredState: z.string(),
  Spec: z.looseObject({ ContainerSpec: z.looseObject({ Image: z.string() }).optional(), Resources: reservations.nullish() }),
  Status: z.looseObject({
    State: z.string(),
    Err: z.string().optional(),
    PortStatus: z.looseObject({ Ports: ports.nullish() }).nullish(),
  }),
  JobIteration: z.looseObject({ Index: z.number().optional() }).nullish(),
});

export const nodeAnswer = z.looseObject({
  ID: z.string(),
  Spec: z.looseObject({
    Role: z.enum(['manager', 'worker']),
    Availability: z.enum(['active', 'pause', 'drain']),
    Labels: labels,
  }),
  Description: z
    .looseObject({
      Hostname: z.string().optional(),
      Platform: platform.optional(),
      Resources: resources.optional(),
      Engine: z.looseObject({ Labels: labels }).nullish(),
    })
    .optional(),
  Status: z.looseObject({ State: z.enum(['ready', 'down', 'unknown', 'disconnected']), Addr: z.string().optional() }),
  ManagerStatus: z.looseObject({ Leader: z.boolean().optional() }).optional(),
});

export const networkAnswer = z.looseObject({ Id: z.string(), Name: z.string() });

export type ServiceSpec = z.infer<typeof serviceSpec>;
export type ServiceAnswer = z.infer<typeof serviceAnswer>;
export type TaskAnswer = z.infer<typeof taskAnswer>;
export type NodeAnswer = z.infer<typeof nodeAnswer>;
