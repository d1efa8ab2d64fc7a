import { VigieError } from '#kernel/errors.ts';
import type { ContainerRef, Containers, RunningContainer } from '#ports/containers.ts';
import type { CommandStream, Remote, StreamOptions } from '#ports/remote.ts';

/** Where the clients of a server run: beside it, so that they are of its own version and nothing is open to a network. */
export interface Place {
  /** Node of the Swarm, or host. */
  readonly node: string;
  readonly container: string | null;
  stream(command: readonly string[], options: Pick<StreamOptions, 'input'>, signal?: AbortSignal): Promise<CommandStream>;
}

/** Inside of a container. @param user an account there; its own by default */
export function inContainer(containers: Containers, at: ContainerRef, user: string | null): Place {
  return {
    node: at.node,
    container: at.id,
    stream: (command, { input }, signal) =>
      containers.exec(at, { command, ...(user === null ? {} : { user }), ...(input === undefined ? {} : { input }) }, signal),
  };
}

/** On a host. @param user another account there than the one that SSH lets in, by sudo */
export function onHost(name: string, remote: Remote, user: string | null): Place {
  const as = user === null ? [] : ['sudo', '-n', '-u', user, '--'];
  return {
    node: name,
    container: null,
    stream: (command, options, signal) => remote.execStream([...as, ...command], options, signal),
  };
}

/** The running container of a service. @throws database_server_down */
export async function inService(
  containers: Containers,
  { service, database, user }: { readonly service: string; readonly database: string; readonly user: string | null },
  signal?: AbortSignal,
): Promise<Place & RunningContainer> {
  const found = await containers.find(service, signal);
  if (found !== null) return { ...endingIn(inContainer(containers, found, user), { service, database }), ...found };
  const reason = (await containers.trouble(service, signal)) ?? 'no container of it runs';
  throw new VigieError('database_server_down', { database, server: service, reason });
}

/** The words of Docker, and of its runtime, for a container that ended since somebody looked. */
const ENDED =
  /^Container \w+ is (?:not running|restarting|paused)|^No such container|^OCI runtime exec failed: .*(?:has stopped|not running|stopped state)/u;

function endingIn(place: Place, { service, database }: { readonly service: string; readonly database: string }): Place {
  return {
    ...place,
    async stream(command, options, signal) {
      try {
        return await place.stream(command, options, signal);
      } catch (error) {
        const reason = error instanceof VigieError && error.code === 'swarm_refused' ? String(error.params['reason']) : '';
        throw ENDED.test(reason) ? new VigieError('database_server_down', { database, server: service, reason }, error) : error;
      }
    },
  };
}
