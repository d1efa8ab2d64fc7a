import type { Json, JsonObject } from '#kernel/json.ts';
import type { Clients } from '#ports/clients.ts';
import type { StepMode } from '#ports/store.ts';
import type { FailoverBasis } from './basis.ts';

/** What running a failover or its way back needs. */
export interface Moving {
  readonly clients: Pick<Clients, 'power' | 'hosts' | 'hypervisor' | 'swarm' | 'network' | 'names' | 'routes' | 'prober' | 'self'>;
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly progress: (data: JsonObject) => Promise<void>;
  readonly step: <R extends Json>(name: string, mode: StepMode, act: (signal: AbortSignal) => Promise<R>) => Promise<R>;
}

export interface Failing extends Moving {
  readonly basis: FailoverBasis;
}

/** Steps of one part, under its name. */
export function within(context: Moving, part: string): Moving['step'] {
  return (name, mode, act) => context.step(`${part}:${name}`, mode, act);
}
