import { z } from 'zod';
import type { ThrowawayOptions } from '#ports/containers.ts';
import type { Daemon } from './daemon.ts';
import { refusalOf } from './failures.ts';

/** Marks what vigie has made, so that nothing else is ever removed. */
const OWN_LABEL = 'vigie.throwaway';
/** A database with its helpers needs a hundred at most. */
const PIDS_LIMIT = 1024;

const created = z.looseObject({ id: z.string() });
const listed = z.array(z.looseObject({ Id: z.string() }));
const removed = z.looseObject({ Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }) });

/** Starts a container that sees no network and nobody's data; its image's volumes are new and go with it. @returns its id */
export async function runThrowaway(daemon: Daemon, { image, env, labels }: ThrowawayOptions, signal?: AbortSignal): Promise<string> {
  const { id } = await daemon.ask(created, signal, ({ docker, signal: abortSignal }) =>
    docker.createContainer({
      Image: image,
      Env: [...env],
      Labels: { ...labels, [OWN_LABEL]: 'true' },
      Healthcheck: { Test: ['NONE'] },
      HostConfig: { NetworkMode: 'none', PidsLimit: PIDS_LIMIT, SecurityOpt: ['no-new-privileges'], RestartPolicy: { Name: 'no' } },
      abortSignal,
    }),
  );
  await daemon.send(signal, ({ docker, signal: abortSignal }) => docker.getContainer(id).start({ abortSignal }));
  return id;
}

/** Ids of such containers with all of these labels. */
export async function throwawaysOf(
  daemon: Daemon,
  labels: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const wanted = Object.entries({ ...labels, [OWN_LABEL]: 'true' }).map(([key, value]) => `${key}=${value}`);
  const found = await daemon.ask(listed, signal, ({ docker, signal: abortSignal }) =>
    docker.listContainers({ all: true, filters: { label: wanted }, abortSignal }),
  );
  return found.map(({ Id: id }) => id);
}

/** @returns false when it was gone @throws TypeError for a container that isn't vigie's */
export async function removeThrowaway(daemon: Daemon, id: string, signal?: AbortSignal): Promise<boolean> {
  try {
    const { Config: config } = await daemon.ask(removed, signal, ({ docker, signal: abortSignal }) =>
      docker.getContainer(id).inspect({ abortSignal }),
    );
    if (config.Labels?.[OWN_LABEL] !== 'true') throw new TypeError(`${id} is no throwaway container`);
    await daemon.send(signal, ({ docker, signal: abortSignal }) => docker.getContainer(id).remove({ force: true, v: true, abortSignal }));
    return true;
  } catch (error) {
    if (refusalOf(error)?.status === 404) return false;
    throw error;
  }
}
