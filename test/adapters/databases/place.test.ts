import { describe, expect, it } from 'vitest';
import { inService } from '#adapters/databases/place.ts';
import { VigieError } from '#kernel/errors.ts';
import type { Containers } from '#ports/containers.ts';

const AT = { service: 'pad_db', database: 'pad', user: null };

/** A container that is found, and refuses its command. */
function refusing(reason: string): Containers {
  return {
    find: () => Promise.resolve({ id: 'c1', node: 'pica02' }),
    exec: () => Promise.reject(new VigieError('swarm_refused', { host: 'pica02', reason })),
  } as unknown as Containers;
}

describe('a command in a container of a service', () => {
  it.each([
    'Container 4890dd is not running',
    'Container 4890dd is not running: Exited (0) Less than a second ago',
    'Container 4890dd is restarting, wait until the container is running',
    'Container 4890dd is paused, unpause the container before exec',
    'No such container: 4890dd',
    'OCI runtime exec failed: exec failed: cannot exec a container that has stopped: unknown',
  ])('tells an end since it was found as the server being down: %s', async (reason) => {
    const place = await inService(refusing(reason), AT);
    await expect(place.stream(['true'], {})).rejects.toMatchObject({ code: 'database_server_down', params: { server: 'pad_db', reason } });
  });

  it('leaves other refusals as they are', async () => {
    const place = await inService(refusing('OCI runtime exec failed: exec failed: "mysql": executable file not found'), AT);
    await expect(place.stream(['true'], {})).rejects.toMatchObject({ code: 'swarm_refused' });
  });
});
