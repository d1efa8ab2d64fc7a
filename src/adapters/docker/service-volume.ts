import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { DataVolume } from '#ports/containers.ts';
import type { ServiceSpec } from './answers.ts';
import type { Daemon } from './daemon.ts';
import { onNewestVersion } from './newest-version.ts';
import { findService } from './services.ts';

/** On the mount itself: which volume stood there before. */
const INSTEAD_OF = 'vigie.instead-of';

const mount = z.looseObject({
  Type: z.string().optional(),
  Source: z.string().optional(),
  Target: z.string().optional(),
  VolumeOptions: z
    .looseObject({
      Labels: z.record(z.string(), z.string()).nullish(),
      DriverConfig: z.looseObject({ Options: z.record(z.string(), z.string()).nullish() }).nullish(),
    })
    .nullish(),
});
type Mount = z.infer<typeof mount>;

/** The named volume of a service that holds one of these paths. */
export async function dataVolume(
  daemon: Daemon,
  service: string,
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<DataVolume | null> {
  const { Spec: spec } = await findService(daemon, service, signal);
  const found = mountsOf(spec).find((each) => isData(each, paths));
  if (found?.Source === undefined) return null;
  return { volume: found.Source, insteadOf: found.VolumeOptions?.Labels?.[INSTEAD_OF] ?? null };
}

/**
 * Changes the one mount and nothing else of a service's specification. A new volume of the same name on whichever node the task then runs on is made by Docker.
 * @throws service_changed when the volume isn't there any more
 */
export async function useVolume(
  daemon: Daemon,
  service: string,
  { now, fresh }: { readonly now: string; readonly fresh: string },
  signal?: AbortSignal,
): Promise<void> {
  await onNewestVersion(async () => {
    const { ID: id, Version: version, Spec: spec } = await findService(daemon, service, signal);
    const next = onFreshVolume(spec, now, fresh);
    if (next === null) throw new VigieError('service_changed', { service });
    await daemon.send(signal, ({ docker, signal: abortSignal }) =>
      docker.getService(id).update({ _query: { version: version.Index }, _body: next, abortSignal }),
    );
  });
}

function onFreshVolume(spec: ServiceSpec, now: string, fresh: string): ServiceSpec | null {
  const mounts = mountsOf(spec);
  if (!mounts.some(({ Source: source }) => source === now)) return null;
  const changed = mounts.map((each) => (each.Source === now ? onVolume(each, fresh) : each));
  const { TaskTemplate: template } = spec;
  return { ...spec, TaskTemplate: { ...template, ContainerSpec: { ...template.ContainerSpec, Mounts: changed } } };
}

function mountsOf({ TaskTemplate: template }: ServiceSpec): readonly Mount[] {
  return z.array(mount).parse(template.ContainerSpec['Mounts'] ?? []);
}

/** A volume with options of its driver leads to a place that they name: another name would lead to the same data. */
function isData({ Type: type, Source: source, Target: target, VolumeOptions: options }: Mount, paths: readonly string[]): boolean {
  if (type !== 'volume' || source === undefined || source === '' || target === undefined) return false;
  if (Object.keys(options?.DriverConfig?.Options ?? {}).length > 0) return false;
  const folder = target.replace(/\/+$/u, '');
  return paths.some((path) => path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`));
}

function onVolume(each: Mount, fresh: string): Mount {
  const options = each.VolumeOptions ?? {};
  return { ...each, Source: fresh, VolumeOptions: { ...options, Labels: { ...options.Labels, [INSTEAD_OF]: each.Source ?? '' } } };
}
