import { byName } from '#kernel/by-name.ts';
import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import { nearest } from '#kernel/nearest.ts';
import type { ServiceView } from '#ports/swarm.ts';
import { type ServiceAnswer, serviceAnswer } from './answers.ts';
import type { Daemon } from './daemon.ts';
import { serviceView } from './views.ts';

const services = z.array(serviceAnswer);

/** All services with their running tasks: one request, whatever their number. */
export function listServices(daemon: Daemon, signal?: AbortSignal): Promise<readonly ServiceAnswer[]> {
  return daemon.ask(services, signal, (call) => {
    const query = { status: true, abortSignal: call.signal };
    return call.docker.listServices(query);
  });
}

/**
 * Docker looks a name up by its beginning and an id by its prefix; a service is looked for among all of them instead.
 * @throws service_unknown, with the nearest name
 */
export async function findService(daemon: Daemon, name: string, signal?: AbortSignal): Promise<ServiceAnswer> {
  const all = await listServices(daemon, signal);
  const found = byName(all, name, ({ Spec: spec }) => [spec.Name]);
  if (found !== undefined) return found;
  const names = all.map(({ Spec: spec }) => spec.Name);
  throw new VigieError('service_unknown', { service: name, nearest: nearest(name, names) });
}

/** @throws swarm_refused by a Docker older than 20.10, which doesn't count tasks */
export function viewOf(daemon: Daemon, answer: ServiceAnswer): ServiceView {
  if (answer.ServiceStatus !== undefined) return serviceView(answer, answer.ServiceStatus.RunningTasks);
  throw new VigieError('swarm_refused', { host: daemon.host, reason: 'Docker 20.10 or newer is needed' });
}
