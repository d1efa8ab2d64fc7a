import { VigieError } from '#kernel/errors.ts';
import { parseImage, type ServiceChange } from '#ports/swarm.ts';
import type { Daemon } from './daemon.ts';
import { refusalOf } from './failures.ts';
import { isOutOfSequence } from './newest-version.ts';
import { registryAuth, type Registries } from './registry-auth.ts';
import { changedSpec } from './service-change.ts';
import { findService } from './services.ts';

/** Docker's words when it has gone back already, or was never updated. */
const NOTHING_BEFORE = 'does not have a previous spec';

/**
 * Sends one update, with the version that the plan saw, and the credentials of the image's registry: without them, nodes
 * that don't hold the image can't start a task.
 * @throws service_unknown, service_changed, image_invalid, service_not_replicated, service_no_way_back
 */
export async function updateService(
  { daemon, registries }: { readonly daemon: Daemon; readonly registries: Registries },
  { service, version }: { readonly service: string; readonly version: number },
  change: ServiceChange,
  signal?: AbortSignal,
): Promise<void> {
  const { ID: id, Version: current, Spec: before } = await findService(daemon, service, signal);
  const spec = changedSpec(before, change);
  if (current.Index !== version) throw new VigieError('service_changed', { service });
  const image = parseImage(spec.TaskTemplate.ContainerSpec.Image);
  const authconfig = image === null ? undefined : registryAuth(image.repository, registries);
  // Docker wants a specification with a request to go back too, and doesn't look at it.
  const query = change.back === true ? { version, rollback: 'previous' } : { version };
  const body = { _query: query, _body: spec, authconfig };
  try {
    await daemon.send(signal, (call) => call.docker.getService(id).update({ ...body, abortSignal: call.signal }));
  } catch (error) {
    if (isOutOfSequence(error)) throw new VigieError('service_changed', { service }, error);
    if (refusalOf(error)?.message.includes(NOTHING_BEFORE) === true) throw new VigieError('service_no_way_back', { service }, error);
    throw error;
  }
}
