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

/** And of one that answers, with something else than the image: too many requests, a certificate that nobody signed, its own trouble. */
const ANSWERED = /toomanyrequests|too many requests|x509|certificate|tls:|status(?: code)?:? [45]\d\d|received unexpected HTTP status/i;
/** How long a registry may take, answers and tries of Docker's included: there has to be time left to look for copies. */
const REGISTRY_MS = 10_000;
/** How long a node may take to say whether it holds an image. */
const NODE_MS = 5_000;

/** Who is asked for an image: the manager, then the Docker daemons of other nodes that vigie may reach. */
export interface ImageSources {
  readonly manager: Daemon;
  readonly nodes: readonly Daemon[];
  readonly registries: Registries;
}

/**
 * The digest of a reference, asked of its registry by the manager. The Docker API doesn't pin digests itself.
 * @throws image_invalid, image_unknown, image_unauthorized, registry_unreachable when no answer came, or registry_refused when another one
 *   did, and no node that can be asked holds the image either
 */
export async function resolveImage(sources: ImageSources, reference: string, signal?: AbortSignal): Promise<ResolvedImage> {
  const image = parseImage(reference);
  if (image === null) throw new VigieError('image_invalid', { image: reference });
  try {
    return { digest: await askRegistry(sources, image, signal), from: 'registry' };
  } catch (error) {
    signal?.throwIfAborted();
    const refusal = refusalOf(error);
    // When it is Docker that doesn't answer, the next question to it says so.
    return await heldOtherwise(sources, image, refusal === null ? late(image, error) : registryRefusal(image, refusal, error), signal);
  }
}

async function askRegistry({ manager, registries }: ImageSources, image: ImageReference, signal?: AbortSignal): Promise<string> {
  const authconfig = registryAuth(image.repository, registries);
  const options = authconfig === undefined ? {} : { authconfig };
  const answer = await manager.ask(distribution, within(REGISTRY_MS, signal), ({ docker }) =>
    docker.getImage(formatImage(image)).distribution(options),
  );
  return answer.Descriptor.digest;
}

function within(ms: number, signal: AbortSignal | undefined): AbortSignal {
  const limit = AbortSignal.timeout(ms);
  return signal === undefined ? limit : AbortSignal.any([signal, limit]);
}

function late(image: ImageReference, cause: unknown): VigieError {
  const reason = `no answer within ${REGISTRY_MS / 1000} s`;
  return new VigieError('registry_unreachable', { registry: registryOf(image.repository), reason }, cause);
}

function registryRefusal(image: ImageReference, { status, message }: Refusal, cause: unknown): VigieError {
  const reference = formatImage(image);
  if (status === 401 || status === 403 || UNAUTHORIZED.test(message))
    return new VigieError('image_unauthorized', { image: reference }, cause);
  if (status === 404) return new VigieError('image_unknown', { image: reference }, cause);
  const params = { registry: registryOf(image.repository), reason: message };
  return new VigieError(ANSWERED.test(message) ? 'registry_refused' : 'registry_unreachable', params, cause);
}

/** When the registry can't be had: a node may still hold the image, from an earlier pull. */
async function heldOtherwise(
  { manager, nodes }: ImageSources,
  image: ImageReference,
  refusal: VigieError,
  signal: AbortSignal | undefined,
): Promise<ResolvedImage> {
  if (refusal.code !== 'registry_unreachable' && refusal.code !== 'registry_refused') throw refusal;
  const held = await heldDigest(manager, image, signal);
  if (held !== null) return { digest: held, from: 'node' };
  // A node that doesn't answer holds nothing that could be run now.
  const others = await Promise.all(nodes.map((node) => heldDigest(node, image, within(NODE_MS, signal)).catch(() => null)));
  signal?.throwIfAborted();
  const digest = others.find((found) => found !== null);
  if (digest === undefined || digest === null) throw refusal;
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
