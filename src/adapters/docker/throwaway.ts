import { dirname } from 'node:path';
import { z } from 'zod';
import type { ThrowawayOptions } from '#ports/containers.ts';
import type { Daemon } from './daemon.ts';
import { execStream } from './exec-stream.ts';
import { refusalOf } from './failures.ts';
import { oneFileArchive } from './one-file-archive.ts';

/** Marks what vigie has made, so that nothing else is ever removed. */
const OWN_LABEL = 'vigie.throwaway';
/** A database with its helpers needs a hundred at most. */
const PIDS_LIMIT = 1024;

const model = z.looseObject({
  Config: z.looseObject({ Cmd: z.array(z.string()).nullish(), Entrypoint: z.array(z.string()).nullish() }),
  Mounts: z.array(z.looseObject({ Type: z.string(), Source: z.string().optional(), Destination: z.string(), RW: z.boolean() })),
});
const created = z.looseObject({ id: z.string() });
const listed = z.array(z.looseObject({ Id: z.string() }));
const removed = z.looseObject({ Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }) });

/** Starts a container that sees no network and nobody's data; its image's volumes are new and go with it. @returns its id */
export async function runThrowaway(daemon: Daemon, { image, env, labels, like }: ThrowawayOptions, signal?: AbortSignal): Promise<string> {
  const { Config: config, Mounts: mounts } = await daemon.ask(model, signal, ({ docker, signal: abortSignal }) =>
    docker.getContainer(like.id).inspect({ abortSignal }),
  );
  const seen = mounts.filter(({ Type: type, RW: writable }) => type === 'bind' && !writable);
  const { id } = await daemon.ask(created, signal, ({ docker, signal: abortSignal }) =>
    docker.createContainer({
      Image: image,
      ...(config.Cmd === null || config.Cmd === undefined ? {} : { Cmd: config.Cmd }),
      ...(config.Entrypoint === null || config.Entrypoint === undefined ? {} : { Entrypoint: config.Entrypoint }),
      Env: [...env],
      Labels: { ...labels, [OWN_LABEL]: 'true' },
      Healthcheck: { Test: ['NONE'] },
      HostConfig: {
        Binds: seen.map(({ Source: source, Destination: destination }) => `${source}:${destination}:ro`),
        NetworkMode: 'none',
        PidsLimit: PIDS_LIMIT,
        SecurityOpt: ['no-new-privileges'],
        RestartPolicy: { Name: 'no' },
      },
      abortSignal,
    }),
  );
  for (const path of like.configs) await copyFile(daemon, { from: like.id, to: id, path }, signal);
  await daemon.send(signal, ({ docker, signal: abortSignal }) => docker.getContainer(id).start({ abortSignal }));
  return id;
}

/** Of what Docker mounts by itself it gives no archive: the live container is asked for it. */
async function copyFile(
  daemon: Daemon,
  { from, to, path }: { readonly from: string; readonly to: string; readonly path: string },
  signal?: AbortSignal,
): Promise<void> {
  const { stdout, ended } = await execStream(daemon, from, { command: ['cat', '--', path] }, signal);
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdout) chunks.push(chunk);
  const { code } = await ended;
  // One that its server can't read it doesn't use.
  if (code !== 0) return;
  const archive = oneFileArchive(path, Buffer.concat(chunks));
  await daemon.send(signal, ({ docker }) => docker.getContainer(to).putArchive(archive, { path: dirname(path) }));
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
