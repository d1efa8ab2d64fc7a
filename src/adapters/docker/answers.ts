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

const taskTemplate = z.looseObject({
  ContainerSpec: z.looseObject({ Image: z.string(), Healthcheck: healthcheck.optional() }),
  Placement: z.looseObject({ Constraints: z.array(z.string()).nullish() }).optional(),
  ForceUpdate: z.number().optional(),
});

export const serviceSpec = z.looseObject({
  Name: z.string(),
  Labels: labels,
  TaskTemplate: taskTemplate,
  Mode: z.looseObject({
    Replicated: z.looseObject({ Replicas: z.number().optional() }).optional(),
    Global: z.unknown().optional(),
    ReplicatedJob: z.looseObject({ MaxConcurrent: z.number().optional() }).optional(),
  }),
  UpdateConfig: updateConfig.optional(),
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
});

export const taskAnswer = z.looseObject({
  ID: z.string(),
  CreatedAt: z.string(),
  Slot: z.number().optional(),
  NodeID: z.string().optional(),
  DesiredState: z.string(),
  Spec: z.looseObject({ ContainerSpec: z.looseObject({ Image: z.string() }).optional() }),
  Status: z.looseObject({ State: z.string(), Err: z.string().optional() }),
});

export const nodeAnswer = z.looseObject({
  ID: z.string(),
  Spec: z.looseObject({
    Role: z.enum(['manager', 'worker']),
    Availability: z.enum(['active', 'pause', 'drain']),
  }),
  Description: z.looseObject({ Hostname: z.string().optional() }).optional(),
  Status: z.looseObject({ State: z.enum(['ready', 'down', 'unknown', 'disconnected']) }),
  ManagerStatus: z.looseObject({ Leader: z.boolean().optional() }).optional(),
});

export type ServiceSpec = z.infer<typeof serviceSpec>;
export type ServiceAnswer = z.infer<typeof serviceAnswer>;
export type TaskAnswer = z.infer<typeof taskAnswer>;
export type NodeAnswer = z.infer<typeof nodeAnswer>;
