import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import { formatImage, type ImageReference, parseImage, type ResolvedImage } from '#ports/swarm.ts';
import type { Daemon } from './daemon.ts';
import { type Refusal, refusalOf } from './failures.ts';
import { registryAuth, type Registries } from './registry-auth.ts';
import { registryOf } from './registry-name.ts';

const distribution = z.looseObject({ Descriptor: z.looseObject({ digest: z.string() }) });
const inspection = z.looseObject({ RepoDigests: z.array(z.string()).nullish() });

/** How Docker tells of a registry that wants other credentials: by status, or by the registry's words in a 500. */
const UNAUTHORIZED = /unauthorized|denied|no basic auth credentials/i;

/**
 * The digest of a reference, asked of its registry by the manager. The Docker API doesn't pin digests itself.
 * @throws image_invalid, image_unknown, image_unauthorized, registry_unreachable when no answer came and the manager
 *   doesn't hold the image either
 */
export async function resolveImage(
  daemon: Daemon,
  registries: Registries,
  reference: string,
  signal?: AbortSignal,
): Promise<ResolvedImage> {
  const image = parseImage(reference);
  if (image === null) throw new VigieError('image_invalid', { image: reference });
  try {
    return { digest: await askRegistry(daemon, registries, image, signal), from: 'registry' };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    return heldOtherwise(daemon, image, registryRefusal(image, refusal, error), signal);
  }
}

async function askRegistry(daemon: Daemon, registries: Registries, image: ImageReference, signal?: AbortSignal): Promise<string> {
  const authconfig = registryAuth(image.repository, registries);
  const options = authconfig === undefined ? {} : { authconfig };
  const answer = await daemon.ask(distribution, signal, ({ docker }) => docker.getImage(formatImage(image)).distribution(options));
  return answer.Descriptor.digest;
}

function registryRefusal(image: ImageReference, { status, message }: Refusal, cause: unknown): VigieError {
  const reference = formatImage(image);
  if (status === 401 || status === 403 || UNAUTHORIZED.test(message))
    return new VigieError('image_unauthorized', { image: reference }, cause);
  if (status === 404) return new VigieError('image_unknown', { image: reference }, cause);
  return new VigieError('registry_unreachable', { registry: registryOf(image.repository), reason: message }, cause);
}

/** When the registry is down: the manager may still hold the image, from an earlier pull. */
async function heldOtherwise(
  daemon: Daemon,
  image: ImageReference,
  refusal: VigieError,
  signal: AbortSignal | undefined,
): Promise<ResolvedImage> {
  if (refusal.code !== 'registry_unreachable') throw refusal;
  const digest = await heldDigest(daemon, image, signal);
  if (digest === null) throw refusal;
  return { digest, from: 'node' };
}

async function heldDigest(daemon: Daemon, image: ImageReference, signal: AbortSignal | undefined): Promise<string | null> {
  try {
    const { RepoDigests: digests } = await daemon.ask(inspection, signal, ({ docker }) => docker.getImage(formatImage(image)).inspect());
    return (digests ?? []).map(parseImage).find((held) => held?.repository === image.repository)?.digest ?? null;
  } catch (error) {
    if (refusalOf(error)?.status === 404) return null;
    throw error;
  }
}
