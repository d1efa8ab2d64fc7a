import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Containers } from '#ports/containers.ts';
import type { DatabaseFacts } from '#ports/databases.ts';
import type { Dialect, ServerState } from './dialect.ts';
import { untilReady } from './ready.ts';

export interface FreshVolumeOptions {
  readonly containers: Containers;
  readonly facts: DatabaseFacts;
  readonly service: string;
  readonly dialect: Dialect;
  readonly operation: string;
  readonly clock: Clock;
  readonly state: () => Promise<ServerState>;
}

/** Puts the data of a service that doesn't answer onto a new volume, which its image fills on its first start, and waits until it answers there. @throws database_server_up */
export async function freshVolume(
  { containers, facts, service, dialect, operation, clock, state }: FreshVolumeOptions,
  signal?: AbortSignal,
): Promise<{ readonly old: string; readonly fresh: string } | null> {
  const fresh = `${service}_vigie_${operation}`;
  const now = await containers.dataVolume(service, dialect.dataPaths, signal);
  if (now === null) return null;
  const done = now.volume === fresh;
  if (!done) {
    await requireAway(facts, state);
    await containers.useVolume(service, now.volume, fresh, signal);
  }
  const late = (): VigieError =>
    new VigieError('database_server_down', { database: facts.name, server: service, reason: `it doesn't answer on the volume ${fresh}` });
  await untilReady(clock, async () => (await state()) === 'ready', late, signal);
  return { old: done ? (now.insteadOf ?? '') : now.volume, fresh };
}

/** A server that answers in any way has all that is on its volume: it is asked right before that would be taken from it. @throws database_server_up */
async function requireAway({ name, server }: DatabaseFacts, state: () => Promise<ServerState>): Promise<void> {
  try {
    if ((await state()) === 'away') return;
  } catch (error) {
    if (error instanceof VigieError && error.code === 'database_server_down') return;
    throw error;
  }
  throw new VigieError('database_server_up', { database: name, server: server.name });
}
