import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Containers } from '#ports/containers.ts';
import type { DatabaseFacts } from '#ports/databases.ts';
import type { Dialect } from './dialect.ts';
import { untilReady } from './ready.ts';

export interface FreshVolumeOptions {
  readonly containers: Containers;
  readonly facts: DatabaseFacts;
  readonly service: string;
  readonly dialect: Dialect;
  readonly operation: string;
  readonly clock: Clock;
  readonly ready: () => Promise<boolean>;
}

/** Puts a service's data onto a new volume, which its image fills on its first start, and waits until it answers there. */
export async function freshVolume(
  { containers, facts, service, dialect, operation, clock, ready }: FreshVolumeOptions,
  signal?: AbortSignal,
): Promise<{ readonly old: string; readonly fresh: string } | null> {
  const fresh = `${service}_vigie_${operation}`;
  const now = await containers.dataVolume(service, dialect.dataPaths, signal);
  if (now === null) return null;
  const done = now.volume === fresh;
  if (!done) await containers.useVolume(service, now.volume, fresh, signal);
  const late = (): VigieError =>
    new VigieError('database_server_down', { database: facts.name, server: service, reason: `it doesn't answer on the volume ${fresh}` });
  await untilReady(clock, ready, late, signal);
  return { old: done ? (now.insteadOf ?? '') : now.volume, fresh };
}
