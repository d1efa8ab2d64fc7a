import { VigieError } from '#kernel/errors.ts';
import { judgePlacement, type Wanted } from '#domain/swarm/placement.ts';
import type { ServiceView, SwarmReader } from '#ports/swarm.ts';

/** Where fewer tasks have room than are wanted. */
export type Short = { readonly room: number; readonly wanted: number };

/** All tasks of a service, replaced as its policy says. */
export function replacing(service: ServiceView): Wanted {
  const { order } = service.policy;
  return service.replicas === null ? { kind: 'each-node', order } : { kind: 'replace', tasks: service.replicas, order };
}

/**
 * Looks before anybody is asked whether Swarm will find a place for what an update starts.
 * @returns how many of the tasks have room, where not all of them do
 * @throws service_no_place, with what hinders each node
 */
export async function requirePlace(
  swarm: Pick<SwarmReader, 'nodes'>,
  service: ServiceView,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<Short | null> {
  const { hindered, stopFirstWould, room } = judgePlacement(service, wanted, await swarm.nodes(signal));
  if (hindered.length > 0)
    throw new VigieError('service_no_place', {
      service: service.name,
      nodes: hindered.map((each) => ({ ...each })),
      stop_first: stopFirstWould,
    });
  return room === null || wanted.kind === 'each-node' ? null : { room, wanted: wanted.tasks };
}
