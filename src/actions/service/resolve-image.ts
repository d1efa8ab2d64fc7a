import { VigieError } from '#kernel/errors.ts';
import type { ServiceFacts } from '#ports/inventory.ts';
import { formatImage, type ImageReference, type ResolvedImage, type ServiceView, type SwarmReader } from '#ports/swarm.ts';

/** So many of the newest tags are named where the wanted one isn't there. */
const NAMED = 5;

/** Where a service's images may come from without a second person. */
export function allowedRepositories(facts: ServiceFacts, current: ImageReference): readonly string[] {
  return facts.repositories.length > 0 ? facts.repositories : [current.repository];
}

interface Wanted {
  readonly current: ServiceView;
  readonly target: ImageReference;
  readonly facts: ServiceFacts;
}

/**
 * As the Swarm's own; a tag that isn't there is told with those that are. Only repositories of the service are asked for them: vigie asks
 * no server that somebody merely typed.
 * @throws tag_unknown, and what `resolveImage` throws
 */
export async function resolveImage(
  swarm: Pick<SwarmReader, 'resolveImage' | 'tags'>,
  { current, target, facts }: Wanted,
  signal: AbortSignal,
): Promise<ResolvedImage> {
  const image = formatImage(target);
  try {
    return await swarm.resolveImage(image, signal);
  } catch (error) {
    const isOwn = target.digest === null && allowedRepositories(facts, current.image).includes(target.repository);
    if (!isOwn || !(error instanceof VigieError) || error.code !== 'image_unknown') throw error;
    const tags = await newestTags(swarm, target, signal);
    throw tags.length === 0 ? error : new VigieError('tag_unknown', { image, service: current.name, tags: [...tags] }, error);
  }
}

/** None where the registry doesn't say: that the image isn't there is known already. */
async function newestTags(
  swarm: Pick<SwarmReader, 'tags'>,
  { repository, tag }: ImageReference,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { tags } = await swarm.tags(repository, signal);
    const names = tags.map(({ name }) => name);
    return names.filter((name) => name !== tag).slice(0, NAMED);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof VigieError) return [];
    throw error;
  }
}
