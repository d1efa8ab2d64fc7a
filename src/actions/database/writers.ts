import { VigieError } from '#kernel/errors.ts';
import type { Swarm, SwarmReader } from '#ports/swarm.ts';
import type { RunContext } from '../definition.ts';

/** A service that writes to a database. `replicas` is null where the Swarm doesn't have it. */
export type Writer = { readonly name: string; readonly replicas: number | null };

/** Those of the configuration, as the Swarm has them now. @throws service_not_replicated for one that can't be stopped */
export async function writersOf(swarm: SwarmReader, names: readonly string[], signal: AbortSignal): Promise<readonly Writer[]> {
  if (names.length === 0) return [];
  const services = await swarm.services(signal);
  return names.map((name) => {
    const service = services.find((each) => each.name === name);
    if (service !== undefined && service.replicas === null)
      throw new VigieError('service_not_replicated', { service: name, mode: service.mode });
    return { name, replicas: service?.replicas ?? null };
  });
}

/** How many times somebody else may change a service at the same moment. */
const TRIES = 3;
const LOOK_EVERY_MS = 1_000;
const STOP_WITHIN_MS = 60_000;
const START_WITHIN_MS = 120_000;

type Pause = RunContext<never, never, never>['pause'];

async function setReplicas(swarm: Swarm, name: string, replicas: number, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const service = await swarm.service(name, signal);
    if (service.replicas === replicas) return;
    try {
      await swarm.update(name, service.version, { replicas }, signal);
      return;
    } catch (error) {
      if (!(error instanceof VigieError) || error.code !== 'service_changed' || attempt === TRIES) throw error;
    }
  }
}

/** Stops a service and waits until none of its tasks runs any more. @throws service_not_stopped */
export async function stopWriter(swarm: Swarm, name: string, pause: Pause, signal: AbortSignal): Promise<void> {
  await setReplicas(swarm, name, 0, signal);
  for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
    if ((await swarm.service(name, signal)).running === 0) return;
    if (waitedMs >= STOP_WITHIN_MS) throw new VigieError('service_not_stopped', { service: name });
    await pause(LOOK_EVERY_MS);
  }
}

/** How a service came back. */
export type Restarted = { readonly name: string; readonly replicas: number; readonly running: number };

/**
 * Starts services again with as many tasks as they had, and waits a while for them; one that stands still doesn't keep the others. May be repeated.
 * @throws services_not_started naming those that the Swarm didn't take, once the others are started
 */
export async function startWriters(
  swarm: Swarm,
  before: Readonly<Record<string, number>>,
  pause: Pause,
  signal: AbortSignal,
): Promise<readonly Restarted[]> {
  const failed: string[] = [];
  for (const [name, replicas] of Object.entries(before))
    if (!(await persists(() => setReplicas(swarm, name, replicas, signal), pause))) failed.push(`${name} (${replicas})`);
  if (failed.length > 0) throw new VigieError('services_not_started', { services: failed });
  let restarted: readonly Restarted[] = [];
  for (let waitedMs = 0; waitedMs <= START_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    restarted = await Promise.all(Object.entries(before).map(([name, replicas]) => look(swarm, name, replicas, signal)));
    if (restarted.every(({ running, replicas }) => running >= replicas)) break;
    await pause(LOOK_EVERY_MS);
  }
  return restarted;
}

async function look(swarm: SwarmReader, name: string, replicas: number, signal: AbortSignal): Promise<Restarted> {
  return { name, replicas, running: (await swarm.service(name, signal)).running };
}

/** A Swarm that is busy electing a leader comes back within seconds: nobody wants their service to stay down for that. */
async function persists(act: () => Promise<void>, pause: Pause): Promise<boolean> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof VigieError)) throw error;
      await pause(LOOK_EVERY_MS * attempt * 2);
    }
  }
  return false;
}
